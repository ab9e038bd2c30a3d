import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import { startDecoder } from './decoder.ts';

startDecoder(wasmUrl);
