/** A message in the wire format of Protocol Buffers: variable-length integers and length-delimited fields. */
export class Message {
  readonly #bytes: number[] = [];

  /** Adds an integer from 0 up to the largest safe one. */
  int(field: number, value: number): this {
    this.#varint(field * 8);
    this.#varint(value);
    return this;
  }

  /** Adds a list of integers, packed. */
  ints(field: number, values: readonly number[]): this {
    const packed = new Message();
    for (const value of values) packed.#varint(value);
    return this.#delimited(field, packed.#bytes);
  }

  text(field: number, text: string): this {
    return this.#delimited(field, Buffer.from(text, 'utf8'));
  }

  message(field: number, message: Message): this {
    return this.#delimited(field, message.#bytes);
  }

  toBuffer(): Buffer {
    return Buffer.from(this.#bytes);
  }

  #delimited(field: number, bytes: Iterable<number> & { readonly length: number }): this {
    this.#varint(field * 8 + 2);
    this.#varint(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  #varint(value: number): void {
    // no shifts, which are limited to 32 bits
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) + 128);
    this.#bytes.push(rest);
  }
}
