import { createApp } from 'vue';
import { createPinia } from 'pinia';
import App from './App.vue';
import { createI18nPlugin } from './i18n/index.ts';
import { createAppRouter } from './router.ts';
import './styles/tokens.css';
import './styles/base.css';

createApp(App).use(createPinia()).use(createI18nPlugin()).use(createAppRouter()).mount('#app');
