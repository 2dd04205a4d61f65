package frame

import (
	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/problem"
)

// What people are told when a page cannot be shown, every sentence of it.

func nothingHere(path string) error {
	return problem.New(problem.RouteNotFound, "there is no page at %s", path).
		Next("Begin at the overview, or search for a shop or an order")
}

func anotherOrigin() error {
	return problem.New(problem.ScopeMissing, "this request came from another website, so nothing was done").
		Next("Open the dashboard itself, and do it there")
}

func notSignedIn() error {
	return problem.New(problem.TokenMissing, "nobody is signed in, so nothing was done").
		Next("Sign in, and do it again")
}

func notAllowed(s Session, need access.Scope) error {
	return problem.New(problem.ScopeMissing, "%s may not do this: it needs %s", called(s), need).
		Next("Ask an administrator of this Waybill for a role that may")
}

func called(s Session) string {
	if s.Role == "" {
		return "you"
	}
	return "the role " + s.Role
}

func crashed() error {
	return problem.New(problem.Internal, "this page has a fault").
		Next("The log of the process tells more; other pages work")
}

func tooLarge() *problem.Problem {
	return problem.New(problem.BodyTooLarge, "what was sent is larger than this page takes").
		Next("Send less at once")
}
