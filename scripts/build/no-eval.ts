import type { Plugin } from 'vite';

// echarts-gl turns the sizes of its textures, such as `expr([width * 1.0 / 2, height / 2])`, into functions
// with `new Function`, which our content security policy forbids. This computes them instead.

const FROM = "var func = new Function('width', 'height', 'dpr', 'return ' + exprRes[1]);";

const INSTEAD = `var func = function (width, height, dpr) {
  var scope = { width: width, height: height, dpr: dpr };
  var text = exprRes[1].replace(/\\s/g, '');
  var values = text.replace(/[\\[\\]]/g, '').split(',').map(function (part) {
    var tokens = part.split(/([*/])/);
    var read = function (token) { return token in scope ? scope[token] : Number(token); };
    var value = read(tokens[0]);
    for (var i = 1; i < tokens.length; i += 2) {
      value = tokens[i] === '*' ? value * read(tokens[i + 1]) : value / read(tokens[i + 1]);
    }
    return value;
  });
  return text[0] === '[' ? values : values[0];
};`;

/** A Vite plugin; fails the build where the library has changed, so that nobody finds out by an empty map. */
export function noEval(): Plugin {
  return {
    name: 'earshot:no-eval',
    transform(code, id) {
      if (!id.includes('claygl/src/createCompositor')) return null;
      if (!code.includes(FROM)) throw new Error('claygl has changed: see scripts/build/no-eval.ts');
      return { code: code.replace(FROM, INSTEAD), map: null };
    },
  };
}
