import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  define: {
    // Messages are interpreted, not compiled with eval, so that a strict Content-Security-Policy holds.
    __INTLIFY_JIT_COMPILATION__: true,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false
  },
  build: { outDir: '../../build/web', emptyOutDir: true, target: 'es2020', chunkSizeWarningLimit: 600 },
  server: { proxy: { '/api': process.env.TOUCHSTONE_URL ?? 'http://127.0.0.1:8080' } }
})
