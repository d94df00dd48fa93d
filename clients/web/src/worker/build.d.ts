/** Changes with what the app is made of; the build puts it in. */
declare const __BUILD__: string;
