package frame

import (
	"net/http"

	"github.com/waybillhq/waybill/internal/access"
)

// Route is a page, or something that is done from one.
type Route struct {
	// ID names it in the audit log, in the words of the API's operations where there is one of that meaning.
	ID string
	// Method is GET, or POST for what changes something.
	Method string
	// Path is a pattern of http.ServeMux without method and host, such as /shops/{store}.
	Path string
	// Need is the scope that it needs. It may be empty where every person who is signed in may.
	Need access.Scope
	// Open lets people in that are not signed in.
	Open bool
	// Quiet keeps a POST out of the audit log that changes nothing, such as a preview.
	Quiet bool
	// Serve answers. An error becomes a page that says what is wrong and what to do; see [Visit].
	Serve func(v *Visit) error
}

// changes says whether the route changes something, so that it is in the audit log.
func (r Route) changes() bool { return r.Method != http.MethodGet && !r.Quiet }
