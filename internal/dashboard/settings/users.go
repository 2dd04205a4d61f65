package settings

import (
	"net/http"
	"net/url"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/wire"
)

var usersView = view("users")

const usersPath = "/settings/users"

// usersPage is what the page shows.
type usersPage struct {
	Rows   []userRow
	Roles  []access.RoleInfo
	Groups []string
	Form   people.Invited
	Wrong  *problem.Problem
	// Link is what is passed on to the user For; it is shown this once.
	Link, For string
}

// userRow is a user in the list.
type userRow struct {
	wire.User
	Path string
	Own  bool
}

func (p *pages) users(v *frame.Visit) error { return p.showUsers(v, usersPage{}) }

func (p *pages) showUsers(v *frame.Visit, page usersPage) error {
	all, err := p.People.Users(v.Context(), v.Session.Caller)
	if err != nil {
		return err
	}
	names, groups, err := p.groupNames(v)
	if err != nil {
		return err
	}
	for _, u := range all {
		page.Rows = append(page.Rows, userRow{wire.UserOf(u, names), usersPath + "/" + url.PathEscape(u.Email),
			u.Email == v.Session.Caller.Actor})
	}
	page.Roles = access.Roles()
	if v.Session.Caller.GroupID == 0 {
		page.Groups = groups
	}
	show := frame.Page{Title: "Users", Here: frame.Settings, Data: page}
	if page.Wrong != nil {
		return v.Refill(usersView, show, page.Wrong)
	}
	return v.Show(usersView, show)
}

// wrong is an error that is told on the page itself; nil for any other.
func wrong(err error) *problem.Problem {
	if err == nil {
		return nil
	}
	if p := problem.From(err); p.Code.HTTPStatus() < http.StatusInternalServerError {
		return p
	}
	return nil
}

func (p *pages) invite(v *frame.Visit) error {
	form := people.Invited{Email: v.Text("email"), Name: v.Text("name"), Role: access.Role(v.Text("role")),
		Group: v.Text("group")}
	v.About(form.Email)
	u, link, err := p.People.Invite(v.Context(), v.Session.Caller, form)
	if w := wrong(err); w != nil {
		return p.showUsers(v, usersPage{Form: form, Wrong: w})
	}
	if err != nil {
		return err
	}
	return p.showUsers(v, usersPage{Link: p.PageURL("/welcome/" + link), For: u.Email})
}

func (p *pages) setRole(v *frame.Visit) error {
	email, role := v.PathValue("user"), v.Text("role")
	v.About(email + " " + role)
	_, err := p.People.SetRole(v.Context(), v.Session.Caller, email, access.Role(role))
	return p.toldUsers(v, err, email+" is "+role+" now, and is asked to sign in again.")
}

func (p *pages) toldUsers(v *frame.Visit, err error, done string) error {
	if w := wrong(err); w != nil {
		return p.showUsers(v, usersPage{Wrong: w})
	}
	if err != nil {
		return err
	}
	return v.Done(usersPath, done)
}

func (p *pages) reset(v *frame.Visit) error {
	email := v.PathValue("user")
	v.About(email)
	if !v.Confirmed() {
		return v.Confirm(frame.Settings, frame.Confirmation{Title: "A new link for " + email + "?", Says: []string{
			"The password, the codes and the passkeys of " + email + " end now, and so does every session.",
			"You get a link, which you pass on; with it a new password is chosen within a day."},
			Button: "Make the link", Danger: true, Back: usersPath})
	}
	u, link, err := p.People.Reset(v.Context(), v.Session.Caller, email)
	if w := wrong(err); w != nil {
		return p.showUsers(v, usersPage{Wrong: w})
	}
	if err != nil {
		return err
	}
	return p.showUsers(v, usersPage{Link: p.PageURL("/welcome/" + link), For: u.Email})
}

func (p *pages) remove(v *frame.Visit) error {
	email := v.PathValue("user")
	v.About(email)
	if !v.Confirmed() {
		return v.Confirm(frame.Settings, frame.Confirmation{Title: "Remove " + email + "?", Says: []string{
			email + " is signed out at once and cannot sign in again.",
			"What " + email + " did stays in the audit log. Tokens that were made stay too."},
			Button: "Remove", Danger: true, Back: usersPath})
	}
	_, err := p.People.Remove(v.Context(), v.Session.Caller, email)
	return p.toldUsers(v, err, email+" was removed.")
}
