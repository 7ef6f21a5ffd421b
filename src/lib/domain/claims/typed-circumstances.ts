/** Circumstances as they are being typed: what is missing, or a word that is none, is empty. */
import * as v from 'valibot';
import { ACCIDENT_OCCASIONS, type Circumstances } from './circumstances.ts';

const text = v.fallback(v.string(), '');
const answer = v.fallback(v.picklist(['', 'yes', 'no']), '');

/** For a schema of a whole form: a draft on a device, a letter typed in by a clerk. */
export const typedCircumstances: {
	readonly [Field in keyof Circumstances]: v.GenericSchema<unknown, Circumstances[Field]>;
} = {
	symptomsOn: text,
	treatedBefore: answer,
	treatedBeforeBy: text,
	accidentOn: text,
	accidentTime: text,
	accidentPlace: text,
	accidentOccasion: v.fallback(v.picklist(['', ...ACCIDENT_OCCASIONS]), ''),
	thirdParty: answer,
	thirdPartyWho: text,
	otherInsurer: text,
	otherInsurerNumber: text,
	otherInsurerReported: answer,
	otherInsurerPaid: answer,
	enteredOn: text,
	stayAddress: text,
	travelFrom: text,
	travelTo: text
};
