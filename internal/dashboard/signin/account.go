package signin

import (
	"encoding/hex"
	"strconv"
	"strings"

	"rsc.io/qr"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

var (
	accountView   = view("account")
	codeSetupView = view("codesetup")
)

// account is what the page shows.
type account struct {
	people.Session
	Wrong    *problem.Problem
	HasCode  bool
	Passkeys []passkeyRow
	Sessions []storage.UserSession
	Own      int
	// Here says that browsers make passkeys for this address.
	Here bool
}

type passkeyRow struct {
	ID string
	storage.Passkey
}

func (e *Entrance) accountPage(v *frame.Visit, s people.Session) error {
	return e.showAccount(v, s, nil)
}

func (e *Entrance) showAccount(v *frame.Visit, s people.Session, wrong *problem.Problem) error {
	a := account{Session: s, Wrong: wrong, HasCode: len(s.User.TOTP) > 0, Here: siteOf(v).HasPasskeys()}
	keys, err := e.people.Passkeys(v.Context(), s)
	if err != nil {
		return err
	}
	for _, p := range keys {
		a.Passkeys = append(a.Passkeys, passkeyRow{hex.EncodeToString(p.ID), p})
	}
	if a.Sessions, a.Own, err = e.people.Sessions(v.Context(), s); err != nil {
		return err
	}
	page := frame.Page{Title: "Your account", Plain: s.Unfinished, Script: passkeyScript, Data: a}
	if s.Unfinished {
		page.Title = "One thing before you begin"
	}
	if wrong != nil {
		return v.Refill(accountView, page, wrong)
	}
	return v.Show(accountView, page)
}

// told answers an action of the account: with the page and what was wrong, or with what was done.
func (e *Entrance) told(v *frame.Visit, s people.Session, err error, done string) error {
	if wrong := forPerson(err); wrong != nil {
		return e.showAccount(v, s, wrong)
	}
	if err != nil {
		return err
	}
	if s.Unfinished {
		return v.Done("/", done)
	}
	return v.Done(accountPath, done)
}

func (e *Entrance) rename(v *frame.Visit, s people.Session) error {
	return e.told(v, s, e.people.Rename(v.Context(), s, v.Text("name")), "Your name was changed.")
}

func (e *Entrance) setPassword(v *frame.Visit, s people.Session) error {
	if v.PostFormValue("password") != v.PostFormValue("again") {
		return e.told(v, s, passwordsDiffer(), "")
	}
	err := e.people.SetPassword(v.Context(), s, v.PostFormValue("old"), v.PostFormValue("password"), browserOf(v))
	return e.told(v, s, err, "Your password was changed, and other browsers are signed out.")
}

func (e *Entrance) signOutOthers(v *frame.Visit, s people.Session) error {
	return e.told(v, s, e.people.SignOutOthers(v.Context(), s), "Other browsers are signed out.")
}

// codeSetup is what the page to set codes up shows.
type codeSetup struct {
	people.CodeSetup
	// Size is the width of the picture, Path draws it.
	Size  int
	Path  string
	Wrong *problem.Problem
}

func (e *Entrance) beginCode(v *frame.Visit, s people.Session) error {
	begun, err := e.people.BeginCode(v.Context(), s)
	if err != nil {
		return err
	}
	return e.showCodeSetup(v, s, begun, nil)
}

func (e *Entrance) showCodeSetup(
	v *frame.Visit, s people.Session, begun people.CodeSetup, wrong *problem.Problem,
) error {
	size, path, err := picture(begun.URL)
	if err != nil {
		return err
	}
	page := frame.Page{Title: "Codes of a device", Plain: s.Unfinished, Data: codeSetup{begun, size, path, wrong}}
	if wrong != nil {
		return v.Refill(codeSetupView, page, wrong)
	}
	return v.Show(codeSetupView, page)
}

// picture draws an address as apps read it by a camera: the width, with a margin, and one path of squares.
func picture(text string) (size int, path string, err error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return 0, "", err
	}
	const margin = 4
	var b strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				b.WriteString("M" + strconv.Itoa(x+margin) + " " + strconv.Itoa(y+margin) + "h1v1h-1z")
			}
		}
	}
	return code.Size + 2*margin, b.String(), nil
}

func (e *Entrance) finishCode(v *frame.Visit, s people.Session) error {
	err := e.people.FinishCode(v.Context(), s, v.Text("ticket"), v.Text("code"))
	if problem.Is(err, problem.SignInRefused) {
		begun, again := e.people.CodeSetup(v.Context(), s, v.Text("ticket"))
		if again == nil {
			return e.showCodeSetup(v, s, begun, problem.From(err))
		}
	}
	return e.told(v, s, err, "From now on you are asked for a code behind your password.")
}

func (e *Entrance) dropCode(v *frame.Visit, s people.Session) error {
	return e.told(v, s, e.people.DropCode(v.Context(), s), "You are not asked for a code any more.")
}

func (e *Entrance) beginNewPasskey(v *frame.Visit, s people.Session) error {
	ceremony, err := e.people.BeginPasskey(v.Context(), s, siteOf(v))
	return answer(v, ceremony, err)
}

func (e *Entrance) addPasskey(v *frame.Visit, s people.Session) error {
	a, err := read(v)
	if err == nil {
		err = e.people.FinishPasskey(v.Context(), s, siteOf(v), a.Ticket, a.Name, a.Answer, browserOf(v))
	}
	to := accountPath
	if s.Unfinished {
		to = "/"
	}
	return answer(v, led{to}, err)
}

func (e *Entrance) dropPasskey(v *frame.Visit, s people.Session) error {
	id, err := hex.DecodeString(v.Text("id"))
	if err != nil {
		return e.told(v, s, noPasskey(), "")
	}
	return e.told(v, s, e.people.DropPasskey(v.Context(), s, id), "The passkey is forgotten here. Remove it from your "+
		"device too.")
}
