/**
 * Where the database platform tells the operator what it does. Lines never hold a password, a URL with one, or
 * content.
 */
export interface DatabaseLog {
  info(message: string): void;
  warn(message: string): void;
}
