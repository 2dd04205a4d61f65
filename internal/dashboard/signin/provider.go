package signin

import (
	"strings"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/people"
)

const providerBack = "/sign-in/provider/back"

// backTo is the address that the provider sends browsers back to.
func (e *Entrance) backTo(v *frame.Visit) string {
	if e.opts.URL != "" {
		return strings.TrimRight(e.opts.URL, "/") + providerBack
	}
	scheme := "https://"
	if host, _ := split(v.Host); onThisMachine(host) {
		scheme = "http://"
	}
	return scheme + v.Host + providerBack
}

// provider leads to the provider that signs people in. The page that was wanted is not carried along: what comes back
// from elsewhere leads nowhere but to the beginning.
func (e *Entrance) provider(v *frame.Visit) error {
	address, bears, err := e.people.BeginProvider(v.Context(), e.backTo(v), browserOf(v).From)
	if wrong := forPerson(err); wrong != nil {
		return e.showSignIn(v, signInForm{Wrong: wrong})
	}
	if err != nil {
		return err
	}
	bear(v, providerCookie, bears)
	v.RedirectOut(address)
	return nil
}

func (e *Entrance) providerBack(v *frame.Visit) error {
	q := v.URL.Query()
	session, err := e.people.SignInProvider(v.Context(), e.backTo(v), borne(v.Request, providerCookie),
		people.Returned{State: q.Get("state"), Code: q.Get("code"), Error: q.Get("error")}, browserOf(v))
	drop(v, providerCookie)
	if wrong := forPerson(err); wrong != nil {
		return e.showSignIn(v, signInForm{Wrong: wrong})
	}
	if err != nil {
		return err
	}
	e.in(v, session, "/")
	return nil
}
