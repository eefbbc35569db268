export { float, floatTensor, graph } from './onnx/graph.ts';
export type { AttributeValue, Dims, GraphBuilder } from './onnx/graph.ts';
export { parseModel, writeModel } from './onnx/model.ts';
export type { Model } from './onnx/model.ts';
