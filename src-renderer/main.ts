import { mount } from 'svelte';
import App from './app/App.svelte';
import './app/style.css';
import { connect } from './transport/connect.ts';

const transport = await connect();
mount(App, { target: document.getElementById('app')!, props: { transport } });
