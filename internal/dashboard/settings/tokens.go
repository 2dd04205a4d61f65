package settings

import (
	"net/netip"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/wire"
)

var tokensView = view("tokens")

const tokensPath = "/settings/tokens"

// tokensPage is what the page shows.
type tokensPage struct {
	Rows   []tokenRow
	Scopes []scopeBox
	Groups []string
	Form   tokenForm
	Wrong  *problem.Problem
	// Secret is the token that was just made; it is shown this once.
	Secret, For string
}

type tokenForm struct{ Name, Group, Networks, Days string }

// tokenRow is a token in the list.
type tokenRow struct {
	wire.Token
	Path, Ends string
	Over       bool
}

// scopeBox is a scope to choose.
type scopeBox struct {
	access.ScopeInfo
	Chosen bool
}

func (p *pages) tokens(v *frame.Visit) error {
	return p.showTokens(v, tokensPage{}, access.Integration())
}

func (p *pages) showTokens(v *frame.Visit, page tokensPage, chosen []access.Scope) error {
	all, err := p.Keeper.Tokens(v.Context(), v.Session.Caller)
	if err != nil {
		return err
	}
	names, groups, err := p.groupNames(v)
	if err != nil {
		return err
	}
	now := p.Now()
	for _, t := range all {
		row := tokenRow{Token: wire.TokenOf(t, names), Path: tokensPath + "/" + t.Prefix}
		switch {
		case !t.RevokedAt.IsZero():
			row.Ends, row.Over = "revoked", true
		case !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt):
			row.Ends, row.Over = "expired", true
		}
		page.Rows = append(page.Rows, row)
	}
	for _, s := range access.Scopes() {
		if !v.Session.May(s.Scope) {
			continue
		}
		box := scopeBox{ScopeInfo: s}
		for _, c := range chosen {
			box.Chosen = box.Chosen || c == s.Scope
		}
		page.Scopes = append(page.Scopes, box)
	}
	if v.Session.Caller.GroupID == 0 {
		page.Groups = groups
	}
	show := frame.Page{Title: "Tokens", Here: frame.Settings, Data: page}
	if page.Wrong != nil {
		return v.Refill(tokensView, show, page.Wrong)
	}
	return v.Show(tokensView, show)
}

func (p *pages) createToken(v *frame.Visit) error {
	form := tokenForm{Name: v.Text("name"), Group: v.Text("group"), Networks: v.Text("networks"), Days: v.Text("days")}
	wanted := access.NewToken{Name: form.Name, Group: form.Group}
	for _, s := range v.PostForm["scope"] {
		wanted.Scopes = append(wanted.Scopes, access.Scope(s))
	}
	var err error
	if wanted.Networks, err = networks(form.Networks); err == nil {
		wanted.ExpiresAt, err = p.ends(form.Days)
	}
	var made access.Made
	if err == nil {
		made, err = p.Keeper.CreateToken(v.Context(), v.Session.Caller, wanted)
	}
	if w := wrong(err); w != nil {
		return p.showTokens(v, tokensPage{Form: form, Wrong: w}, wanted.Scopes)
	}
	if err != nil {
		return err
	}
	v.About(made.Prefix)
	return p.showTokens(v, tokensPage{Secret: made.Secret, For: made.Name}, access.Integration())
}

// ends is the end of a token after so many days; zero for none.
func (p *pages) ends(days string) (time.Time, error) {
	if days == "" {
		return time.Time{}, nil
	}
	n, err := time.ParseDuration(days + "h")
	if err != nil || n <= 0 {
		return time.Time{}, noDays(days)
	}
	const hoursADay = 24
	return p.Now().Add(n * hoursADay), nil
}

// networks reads networks with blanks or commas between.
func networks(text string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := config.ParseNetwork(word)
		if err != nil {
			return nil, noNetwork(word)
		}
		all = append(all, n)
	}
	return all, nil
}

func (p *pages) revokeToken(v *frame.Visit) error {
	prefix := v.PathValue("prefix")
	v.About(access.Redact(prefix))
	if !v.Confirmed() {
		return v.Confirm(frame.Settings, frame.Confirmation{Title: "End the token " + access.Redact(prefix) + "?",
			Says:   []string{"Whoever uses it is refused from now on. It cannot be brought back."},
			Button: "End it", Danger: true, Back: tokensPath})
	}
	t, err := p.Keeper.RevokeToken(v.Context(), v.Session.Caller, prefix)
	if err != nil {
		return err
	}
	return v.Done(tokensPath, "The token "+t.Prefix+" ("+t.Name+") has ended.")
}
