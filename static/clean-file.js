// The build puts the cleaning of files in this place (tools/build/clean-entry.ts). Here in static/, Kit knows the
// name as a file; the development server cleans nothing.
export async function cleanChosen() {}
