package doctor

import (
	"io"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// EvidenceVersion is the version of the saved form. A reader refuses versions it does not know.
const EvidenceVersion = evidence.EvidenceVersion

// What a run has seen.
type (
	// Evidence is everything that one run has seen: enough to diagnose again elsewhere, without secrets and without
	// data of customers. Its method Write saves it.
	Evidence = evidence.Evidence
	// Exchange is one request and what came back. Its ID names the probe; checks find it by that name.
	Exchange = evidence.Exchange
	// RequestFacts are a request with every secret replaced by its name.
	RequestFacts = evidence.RequestFacts
	// Body is what was seen of an answer's body.
	Body = evidence.Body
	// Fault is why an exchange has no whole answer.
	Fault = evidence.Fault
	// Lookup is one name resolution.
	Lookup = evidence.Lookup
	// Dial is one attempt to open a TCP connection to one address.
	Dial = evidence.Dial
	// Handshake is one TLS handshake. The doctor verifies the certificate itself, to tell the reasons apart.
	Handshake = evidence.Handshake
	// Cert is what matters about one certificate.
	Cert = evidence.Cert
	// CertWhy is a reason not to trust a certificate.
	CertWhy = evidence.CertWhy
	// LocalFacts describe the side that asks.
	LocalFacts = evidence.LocalFacts
	// Stop is a point where the run decided not to ask further, and what that leaves unknown.
	Stop = evidence.Stop
	// Probe names one request of a run.
	Probe = evidence.Probe
	// Way is how a key travels.
	Way = evidence.Way
)

// What was asked about.
type (
	// Target is what a run is about: a store, a key, and what the integration should be able to do.
	Target = evidence.Target
	// TargetFacts describe the target without the secret.
	TargetFacts = evidence.TargetFacts
	// KeyShape is what can be said about key and secret without showing them.
	KeyShape = evidence.KeyShape
	// Pasted is what an address held beside the address of the shop.
	Pasted = evidence.Pasted
)

// The reasons not to trust a certificate, as the checks tell them apart.
const (
	CertExpired    = evidence.CertExpired
	CertNotYet     = evidence.CertNotYet
	CertSelfSigned = evidence.CertSelfSigned
	CertUnknownCA  = evidence.CertUnknownCA // a whole chain, but to a root that is not trusted
	CertIncomplete = evidence.CertIncomplete
	CertWrongName  = evidence.CertWrongName
	CertOther      = evidence.CertOther
)

// The ways in which WooCommerce takes a key.
const (
	WayNone   = evidence.WayNone
	WayHeader = evidence.WayHeader // Authorization: Basic, over HTTPS
	WayQuery  = evidence.WayQuery  // consumer_key and consumer_secret as arguments, over HTTPS
	WayOAuth  = evidence.WayOAuth  // OAuth 1.0a signature, the secret does not travel
)

// ReadEvidence reads what Evidence.Write saved.
func ReadEvidence(in io.Reader) (*Evidence, error) { return evidence.ReadEvidence(in) }

// Redact removes from a text everything that looks like a credential or an e-mail address, of whomever.
func Redact(s string) string { return evidence.Redact(s) }
