package settings

import (
	"io"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

var (
	networksView = view("networks")
	backupView   = view("backup")
	aboutView    = view("about")
)

// bound is a list of networks, with the setting that makes it.
type bound struct{ Title, Says, Setting, Value, None string }

func (p *pages) networks(v *frame.Visit) error {
	c := p.Config
	return v.Show(networksView, frame.Page{Title: "Allow-list", Here: frame.Settings, Data: []bound{
		{"Who may ask this server", "Networks from which the dashboard and the API may be opened.", "serve.allow",
			string(c.Serve.Allow), "everybody who reaches it"},
		{"Reverse proxies", "Whose word is believed about where a request comes from.", "serve.trusted_proxies",
			string(c.Serve.TrustedProxies), "nobody's"},
		{"Receivers in private networks", "Where subscriptions may send to that is not the open internet.",
			"subscriptions.private_networks", string(c.Subscriptions.PrivateNetworks), "none"},
		{"Shops in private networks", "Whether shops may have private addresses.", "http.private_addresses",
			c.HTTP.PrivateAddresses, ""},
	}})
}

// backupForm is what the page shows.
type backupForm struct {
	Postgres bool
	Wrong    error
}

func (p *pages) backupPage(v *frame.Visit) error { return p.showBackup(v, nil) }

func (p *pages) showBackup(v *frame.Visit, err error) error {
	page := frame.Page{Title: "Backup", Here: frame.Settings,
		Data: backupForm{Postgres: p.Config.Database.URL != "", Wrong: err}}
	if err != nil {
		return v.Refill(backupView, page, err)
	}
	return v.Show(backupView, page)
}

// shortestPassphrase keeps a file that leaves the machine from being opened by guessing.
const shortestPassphrase = 12

func (p *pages) backup(v *frame.Visit) error {
	passphrase := v.PostFormValue("passphrase")
	v.About("")
	switch {
	case len(passphrase) < shortestPassphrase:
		return p.showBackup(v, passphraseShort())
	case passphrase != v.PostFormValue("again"):
		return p.showBackup(v, passphrasesDiffer())
	}
	err := p.Backup(v.Context(), passphrase, func(taken time.Time, file io.Reader) error {
		c := v.Session.Caller
		err := p.Keeper.Note(v.Context(), storage.AuditEntry{Actor: c.Actor, Name: c.Name, Action: "backup",
			Object: taken.UTC().Format(time.RFC3339), Status: http.StatusOK})
		if err != nil {
			return err // nothing leaves that is not in the audit log
		}
		w := v.Stream("application/octet-stream", "waybill-"+taken.UTC().Format("2006-01-02-1504")+".backup")
		_, _ = io.Copy(w, file) // the reader has gone when this fails
		return nil
	})
	if w := wrong(err); w != nil {
		return p.showBackup(v, w)
	}
	return err
}

// about is what the page shows.
type about struct {
	wire.Health
	// Whole says that the processes are shown, which concern the whole installation.
	Whole bool
}

func (p *pages) about(v *frame.Visit) error {
	h, err := p.Health(v.Context())
	if err != nil {
		return err
	}
	return v.Show(aboutView, frame.Page{Title: "About", Here: frame.Settings,
		Data: about{h, v.Session.May(access.GroupsWrite)}})
}
