package signin

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/problem"
)

var (
	signInView = view("signin")
	codeView   = view("code")
	plainView  = view("plain")
)

// signInForm is what the page shows.
type signInForm struct {
	Email, To string
	Wrong     *problem.Problem
	// Passkeys says that browsers have passkeys here, Provider is how people know the provider that signs them in.
	Passkeys bool
	Provider string
	// First says that there is no user yet, Insecure that the page came over a network in the clear.
	First, Insecure bool
}

func (e *Entrance) signInPage(v *frame.Visit) error {
	s, there := e.session(v.Request)
	switch {
	case there && s.Unfinished:
		v.Redirect(accountPath)
		return nil
	case there:
		v.Redirect(v.Text("to"))
		return nil
	}
	return e.showSignIn(v, signInForm{To: v.Text("to")})
}

func (e *Entrance) showSignIn(v *frame.Visit, f signInForm) error {
	var err error
	f.Passkeys, f.Provider = siteOf(v).HasPasskeys(), e.people.ProviderName()
	f.Insecure = inTheClear(v.Request)
	if f.First, err = e.people.Nobody(v.Context()); err != nil {
		return err
	}
	page := frame.Page{Title: "Sign in", Plain: true, Script: passkeyScript, Data: f}
	if f.Wrong != nil {
		return v.Refill(signInView, page, f.Wrong)
	}
	return v.Show(signInView, page)
}

// inTheClear says that a browser reached the server over a network without TLS: then it does not say from where a
// request comes, which all browsers do otherwise.
func inTheClear(r *http.Request) bool {
	host, _ := split(r.Host)
	return !onThisMachine(host) && r.Header.Get("Sec-Fetch-Mode") == ""
}

const passkeyScript = "passkey.js"

func (e *Entrance) signIn(v *frame.Visit) error {
	step, err := e.people.SignIn(v.Context(), people.Attempt{Email: v.Text("email"),
		Password: v.PostFormValue("password"), In: browserOf(v)})
	if wrong := forPerson(err); wrong != nil {
		return e.showSignIn(v, signInForm{Email: v.Text("email"), To: v.Text("to"), Wrong: wrong})
	}
	if err != nil {
		return err
	}
	if step.Second != "" {
		bear(v, secondCookie, step.Second)
		v.Redirect("/sign-in/code?" + url.Values{"to": {v.Text("to")}}.Encode())
		return nil
	}
	e.in(v, step.Session, v.Text("to"))
	return nil
}

// in lets a browser bear its session, and leads on to the page that was wanted.
func (e *Entrance) in(v *frame.Visit, session, to string) {
	bear(v, sessionCookie, session)
	v.Redirect("/sign-in/done?" + url.Values{"to": {to}}.Encode())
}

// done looks whether a browser has kept its session: over plain HTTP from another machine none does.
func (e *Entrance) done(v *frame.Visit) error {
	s, there := e.session(v.Request)
	switch {
	case !there:
		return v.Refill(plainView, frame.Page{Title: "Your browser kept no session", Plain: true, Data: notKept()},
			notKept())
	case s.Unfinished:
		v.Redirect(accountPath)
	default:
		v.Redirect(v.Text("to"))
	}
	return nil
}

// forPerson is an error that is told on the page itself; nil for any other.
func forPerson(err error) *problem.Problem {
	switch p := problem.From(err); {
	case err == nil:
		return nil
	case p.Code == problem.SignInRefused, p.Code == problem.TooManyRequests, p.Code == problem.InputInvalid,
		p.Code == problem.LinkInvalid:
		return p
	}
	return nil
}

// codeForm is what the page for the second step shows.
type codeForm struct {
	To    string
	Wrong *problem.Problem
	people.Waiting
}

func (e *Entrance) codePage(v *frame.Visit) error {
	return e.showCode(v, codeForm{To: v.Text("to")})
}

func (e *Entrance) showCode(v *frame.Visit, f codeForm) error {
	waiting, err := e.people.Waiting(v.Context(), borne(v.Request, secondCookie))
	if problem.Is(err, problem.LinkInvalid) || problem.Is(err, problem.UserNotFound) {
		v.Redirect(e.SignIn(f.To))
		return nil
	}
	if err != nil {
		return err
	}
	f.Waiting = waiting
	f.Passkey = f.Passkey && siteOf(v).HasPasskeys()
	page := frame.Page{Title: "One more step", Plain: true, Script: passkeyScript, Data: f}
	if f.Wrong != nil {
		return v.Refill(codeView, page, f.Wrong)
	}
	return v.Show(codeView, page)
}

func (e *Entrance) code(v *frame.Visit) error {
	session, err := e.people.SignInCode(v.Context(), borne(v.Request, secondCookie), v.Text("code"), browserOf(v))
	if wrong := forPerson(err); wrong != nil {
		return e.showCode(v, codeForm{To: v.Text("to"), Wrong: wrong})
	}
	if err != nil {
		return err
	}
	drop(v, secondCookie)
	e.in(v, session, v.Text("to"))
	return nil
}

func (e *Entrance) signOut(v *frame.Visit) error {
	if s, there := e.session(v.Request); there {
		if err := e.people.SignOut(v.Context(), s, browserOf(v).From); err != nil {
			return err
		}
	}
	drop(v, sessionCookie)
	return v.Done(signInPath, "You are signed out.")
}

// Passkeys. Their pages are asked by a script, and answer it.

func (e *Entrance) beginPasskey(v *frame.Visit) error {
	second := ""
	if v.URL.Query().Get("second") != "" {
		second = borne(v.Request, secondCookie)
	}
	ceremony, err := e.people.BeginSignInPasskey(v.Context(), siteOf(v), second, browserOf(v).From)
	return answer(v, ceremony, err)
}

// passkeyAnswer is what a script sends of a device.
type passkeyAnswer struct {
	Ticket string          `json:"ticket"`
	Name   string          `json:"name"`
	Answer json.RawMessage `json:"answer"`
}

func read(v *frame.Visit) (a passkeyAnswer, err error) {
	const longest = 64 << 10
	body, err := io.ReadAll(io.LimitReader(v.Body, longest))
	if err == nil {
		err = json.Unmarshal(body, &a)
	}
	if err != nil {
		return a, noAnswer()
	}
	return a, nil
}

// led says where a script leads the browser.
type led struct {
	To string `json:"to"`
}

func (e *Entrance) passkey(v *frame.Visit) error {
	a, err := read(v)
	if err != nil {
		return answer(v, nil, err)
	}
	session, err := e.people.SignInPasskey(v.Context(), siteOf(v), a.Ticket, a.Answer, browserOf(v))
	if err != nil {
		return answer(v, nil, err)
	}
	drop(v, secondCookie)
	bear(v, sessionCookie, session)
	return answer(v, led{"/sign-in/done?" + url.Values{"to": {v.URL.Query().Get("to")}}.Encode()}, nil)
}

// answer answers a script: with what it asked for, or with what people are told.
func answer(v *frame.Visit, value any, err error) error {
	status := http.StatusOK
	if err != nil {
		p := problem.From(err)
		if p.Code.HTTPStatus() >= http.StatusInternalServerError {
			return err
		}
		status, value = p.Code.HTTPStatus(), map[string]string{"error": p.Message, "next": p.Hint}
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w := v.Stream("application/json", "")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the reader has gone when this fails
	return nil
}
