package identity

import "time"

// Permissions is what a REST API key may be used for.
type Permissions string

// The permissions WooCommerce offers.
const (
	Read      Permissions = "read"
	Write     Permissions = "write"
	ReadWrite Permissions = "read_write"
)

// AllowsRead tells whether GET and HEAD may use the key.
func (p Permissions) AllowsRead() bool { return p == Read || p == ReadWrite }

// AllowsWrite tells whether POST, PUT, PATCH and DELETE may use the key.
func (p Permissions) AllowsWrite() bool { return p == Write || p == ReadWrite }

// Key is a WooCommerce REST API key.
type Key struct {
	ID             int64
	UserID         int64
	Description    string
	Permissions    Permissions
	ConsumerKey    string
	ConsumerSecret string
	// LastAccess is zero until the key was used.
	LastAccess time.Time
	// Nonces are the OAuth nonces seen, one per timestamp, youngest last.
	Nonces []Nonce
}

// Nonce is an OAuth nonce with the timestamp it came with.
type Nonce struct {
	Timestamp int64
	Value     string
}

// ApplicationPassword is a WordPress application password.
type ApplicationPassword struct {
	UUID     string
	UserID   int64
	Name     string
	Password string // without the blanks WordPress shows
}
