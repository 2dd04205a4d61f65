package settings

import (
	"context"
	"embed"
	"io"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/wire"
)

// Parts are what the pages speak for. All are needed.
type Parts struct {
	People *people.Keeper
	Keeper *access.Keeper
	Finder *stores.Finder
	Config config.Config
	Now    func() time.Time
	// PageURL is the address of a page, for links that are passed on.
	PageURL func(path string) string
	// Health says how the process and its database are.
	Health func(ctx context.Context) (wire.Health, error)
	// Backup hands over everything there is, sealed with a passphrase, and says when it was taken.
	Backup func(ctx context.Context, passphrase string, take func(taken time.Time, file io.Reader) error) error
}

// pages is the pages over the parts.
type pages struct{ Parts }

// New gives the pages.
func New(parts Parts) []frame.Route {
	p := &pages{parts}
	get, post := http.MethodGet, http.MethodPost
	// What concerns the whole installation needs a scope that nobody has who is confined to a group.
	const users, tokens, whole = access.Admin, access.TokensWrite, access.GroupsWrite
	return []frame.Route{
		{ID: "settings-page", Method: get, Path: "/settings", Need: access.StoresRead, Serve: p.overview},
		{ID: "users-page", Method: get, Path: "/settings/users", Need: users, Serve: p.users},
		{ID: "invite-user", Method: post, Path: "/settings/users", Need: users, Serve: p.invite},
		{ID: "set-role", Method: post, Path: "/settings/users/{user}/role", Need: users, Serve: p.setRole},
		{ID: "reset-user", Method: post, Path: "/settings/users/{user}/reset", Need: users, Serve: p.reset},
		{ID: "remove-user", Method: post, Path: "/settings/users/{user}/remove", Need: users, Serve: p.remove},
		{ID: "list-tokens", Method: get, Path: "/settings/tokens", Need: tokens, Serve: p.tokens},
		{ID: "create-token", Method: post, Path: "/settings/tokens", Need: tokens, Serve: p.createToken},
		{ID: "revoke-token", Method: post, Path: "/settings/tokens/{prefix}/revoke", Need: tokens,
			Serve: p.revokeToken},
		{ID: "list-groups", Method: get, Path: "/settings/groups", Need: whole, Serve: p.groups},
		{ID: "create-group", Method: post, Path: "/settings/groups", Need: whole, Serve: p.createGroup},
		{ID: "move-store", Method: post, Path: "/settings/groups/stores", Need: whole, Serve: p.moveStore},
		{ID: "remove-group", Method: post, Path: "/settings/groups/{group}/remove", Need: whole, Serve: p.removeGroup},
		{ID: "networks-page", Method: get, Path: "/settings/networks", Need: whole, Serve: p.networks},
		{ID: "backup-page", Method: get, Path: "/settings/backup", Need: whole, Serve: p.backupPage},
		{ID: "backup", Method: post, Path: "/settings/backup", Need: whole, Serve: p.backup},
		{ID: "about-page", Method: get, Path: "/settings/about", Need: access.StoresRead, Serve: p.about},
		{ID: "audit-page", Method: get, Path: "/audit", Need: access.AuditRead, Serve: p.audit},
		{ID: "audit-file", Method: get, Path: "/audit.csv", Need: access.AuditRead, Serve: p.auditFile},
	}
}

var overviewView = view("settings")

// entry leads to a page of settings.
type entry struct{ Path, Name, Says string }

func (p *pages) overview(v *frame.Visit) error {
	all := []struct {
		need access.Scope
		entry
	}{
		{access.Admin, entry{"/settings/users", "Users", "Who may sign in here, and what each may do."}},
		{access.TokensWrite, entry{"/settings/tokens", "Tokens", "Programs that use the API: an ERP, a warehouse."}},
		{access.GroupsWrite, entry{"/settings/groups", "Groups", "Sets of shops that are apart from each other."}},
		{access.GroupsWrite, entry{"/settings/networks", "Allow-list",
			"From where this server may be asked, and where it may send to."}},
		{access.GroupsWrite, entry{"/settings/backup", "Backup",
			"Everything in one sealed file, to be put back elsewhere."}},
		{access.AuditRead, entry{"/audit", "Audit log", "Who did what, when and from where."}},
		{access.StoresRead, entry{"/settings/about", "About", "Version, database, and the processes that work on it."}},
	}
	open := []entry{{"/account", "Your account", "Your name, password, codes and passkeys; where you are signed in."}}
	for _, e := range all {
		if v.Session.May(e.need) {
			open = append(open, e.entry)
		}
	}
	return v.Show(overviewView, frame.Page{Title: "Settings", Here: frame.Settings, Data: open})
}

// groupNames are the names of groups that who looks may know of, by their ids.
func (p *pages) groupNames(v *frame.Visit) (map[int64]string, []string, error) {
	groups, err := p.Keeper.Groups(v.Context(), v.Session.Caller)
	names := map[int64]string{}
	list := make([]string, 0, len(groups))
	for _, g := range groups {
		names[g.ID] = g.Name
		list = append(list, g.Name)
	}
	return names, list, err
}

// seen are the stores that exist for who looks.
func (p *pages) seen(v *frame.Visit) ([]storage.Store, error) {
	all, err := p.Finder.Stores(v.Context())
	var seen []storage.Store
	for _, st := range all {
		if v.Session.Caller.Sees(st) {
			seen = append(seen, st)
		}
	}
	return seen, err
}

//go:embed templates
var files embed.FS

func view(name string) frame.View {
	return frame.Parse(files, "templates/"+name+".html", "templates/shared.html")
}
