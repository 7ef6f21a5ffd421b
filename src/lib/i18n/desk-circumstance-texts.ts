import type { CircumstanceLabels } from './circumstance-texts.ts';
import { m } from './generated/messages.js';

/**
 * What a claim tells of itself, as a clerk reads it: short, and about the customer, not to them. Apart
 * from the customer's own words, which the offline room carries with every byte.
 */
export const DESK_CIRCUMSTANCE_LABELS: CircumstanceLabels = {
	symptomsOn: m.desk_told_symptoms_on,
	treatedBefore: m.desk_told_treated_before,
	treatedBeforeBy: m.desk_told_treated_before_by,
	accidentOn: m.desk_told_accident_on,
	accidentTime: m.desk_told_accident_time,
	accidentPlace: m.desk_told_accident_place,
	accidentOccasion: m.desk_told_accident_occasion,
	thirdParty: m.desk_told_third_party,
	thirdPartyWho: m.desk_told_third_party_who,
	otherInsurer: m.desk_told_other_insurer,
	otherInsurerNumber: m.desk_told_other_insurer_number,
	otherInsurerReported: m.desk_told_other_insurer_reported,
	otherInsurerPaid: m.desk_told_other_insurer_paid,
	enteredOn: m.desk_told_entered_on,
	stayAddress: m.desk_told_stay_address,
	travelFrom: m.desk_told_travel_from,
	travelTo: m.desk_told_travel_to
};
