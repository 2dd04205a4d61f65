package evidence

// How a request presents the key.
const (
	AuthNone        = "none"
	AuthHeader      = "header"
	AuthHeaderWrong = "header-wrong" // the key with a wrong secret
	AuthQuery       = "query"
	AuthQueryWrong  = "query-wrong"
	AuthOAuth       = "oauth"          // signed; the arguments are in args already
	AuthOAuthWrong  = "oauth-unsigned" // the key with a signature that cannot be right
	AuthControl     = "oauth-control"  // a key that exists nowhere
)

// A secret that fits no key, and a key that exists nowhere.
const (
	WrongSecret = "cs_77617962696c6c20646f63746f722070726f6265"
	ControlKey  = "ck_00000000000000000000000000000000waybill0"
)
