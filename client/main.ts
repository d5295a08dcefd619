import { createApp } from 'vue';
import { createPinia } from 'pinia';
import { z } from 'zod';
import App from './App.vue';
import { createI18nPlugin } from './i18n/index.ts';
import { createAppRouter } from './router.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/print.css';

// The content security policy forbids compiling code, which zod would try.
z.config({ jitless: true });

createApp(App).use(createPinia()).use(createI18nPlugin()).use(createAppRouter()).mount('#app');
