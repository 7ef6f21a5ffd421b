import { Sequence } from 'asn1js';

// The bundle shortens the names of classes. `@peculiar/asn1-schema` tells a sequence by this one, and would take apart the
// keys of a passkey in another way without a word.
Object.defineProperty(Sequence, 'name', { value: 'Sequence' });
