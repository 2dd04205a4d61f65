package signin

import (
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/problem"
)

var welcomeView = view("welcome")

// welcomeForm is what the page of a link shows.
type welcomeForm struct {
	people.Link
	Path     string
	Wrong    *problem.Problem
	Insecure bool
}

func (e *Entrance) linkPage(v *frame.Visit) error {
	link, err := e.people.Link(v.Context(), v.PathValue("link"))
	if err != nil {
		return e.linkGone(v, err)
	}
	return e.showLink(v, link, nil)
}

// linkGone says that a link is good no more, to who is not signed in.
func (e *Entrance) linkGone(v *frame.Visit, err error) error {
	if !problem.Is(err, problem.LinkInvalid) && !problem.Is(err, problem.UserNotFound) {
		return err
	}
	return v.Refill(plainView, frame.Page{Title: "This link is not good any more", Plain: true,
		Data: problem.From(err)}, err)
}

func (e *Entrance) showLink(v *frame.Visit, link people.Link, wrong *problem.Problem) error {
	title := "Welcome to Waybill"
	if link.Reset {
		title = "A new password"
	}
	page := frame.Page{Title: title, Plain: true, Data: welcomeForm{Link: link, Path: v.URL.Path, Wrong: wrong,
		Insecure: inTheClear(v.Request)}}
	if wrong != nil {
		return v.Refill(welcomeView, page, wrong)
	}
	return v.Show(welcomeView, page)
}

func (e *Entrance) accept(v *frame.Visit) error {
	bears := v.PathValue("link")
	link, err := e.people.Link(v.Context(), bears)
	if err != nil {
		return e.linkGone(v, err)
	}
	if link.First {
		link.Email = v.Text("email")
	}
	link.Name = v.Text("name")
	password := v.PostFormValue("password")
	if password != v.PostFormValue("again") {
		return e.showLink(v, link, problem.From(passwordsDiffer()))
	}
	session, err := e.people.Accept(v.Context(), bears,
		people.Accepted{Email: link.Email, Name: link.Name, Password: password}, browserOf(v))
	switch {
	case problem.Is(err, problem.InputInvalid):
		return e.showLink(v, link, problem.From(err))
	case err != nil:
		return e.linkGone(v, err)
	}
	e.in(v, session, "/")
	return nil
}

func (e *Entrance) demo(v *frame.Visit) error {
	session, err := e.people.EnterDemo(v.Context(), v.PathValue("link"), browserOf(v))
	if err != nil {
		return e.linkGone(v, err)
	}
	e.in(v, session, "/")
	return nil
}
