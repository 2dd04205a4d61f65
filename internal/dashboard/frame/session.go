package frame

import (
	"net/http"

	"github.com/waybillhq/waybill/internal/access"
)

// Session is somebody who is signed in, for one request.
type Session struct {
	// Caller is who it is for everything that is asked and noted: what the person may do, and within which group.
	Caller access.Caller
	// Name is how the person is called on pages, Role what the person is, such as operator.
	Name, Role string
}

// May says whether the person may do what needs a scope.
func (s Session) May(need access.Scope) bool { return access.Allowed(s.Caller, need) == nil }

// Gate knows who is signed in.
type Gate interface {
	// Who is who sends a request; false when nobody is signed in. Endless answers ask again while they last.
	Who(r *http.Request) (Session, bool)
	// SignIn is the address of the page to sign in at; to is the page that was wanted, as path and query.
	SignIn(to string) string
}

// Open is a Gate that everybody passes as one person: for a demo, and for tests.
type Open struct{ Session Session }

// Who is always the same person.
func (o Open) Who(*http.Request) (Session, bool) { return o.Session, true }

// SignIn leads to the page that was wanted.
func (o Open) SignIn(to string) string { return to }
