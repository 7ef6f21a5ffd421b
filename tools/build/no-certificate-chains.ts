// Stands in for the certificates that @simplewebauthn/server builds chains of, and for the reflection they ask for. A
// passkey is taken without a statement of its maker (attestation `none`, decision 0033), so there is never a chain.
function leftOut(): never {
	throw new Error('Chains of certificates are left out of the Worker (wrangler.toml).');
}

export {
	leftOut as AuthorityKeyIdentifierExtension,
	leftOut as CRLDistributionPointsExtension,
	leftOut as SubjectKeyIdentifierExtension,
	leftOut as X509Certificate,
	leftOut as X509ChainBuilder,
	leftOut as X509Crl
};
