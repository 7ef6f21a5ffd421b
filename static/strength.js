// The build puts the strength meter in this place (tools/build/strength-entry.ts). Here in static/, Kit knows the
// name as a file; the development server has no meter.
export async function showStrength() {}
