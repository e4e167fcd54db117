/** The address of a typeface, made by the build. */
declare module '*.ttf?url' {
  const path: string;
  export default path;
}
