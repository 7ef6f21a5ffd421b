// `node tools/browser/main.ts`: the path of the Chromium that the tests use.
import { findBrowser } from './browser.ts';

console.log(await findBrowser());
