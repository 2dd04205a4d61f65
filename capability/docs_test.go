package capability

import (
	"fmt"
	"strings"
	"testing"
)

//go:generate go test -run RolesPage -update .

// docsSites are the stores that the page tells apart. On the last two all versions since 9.9 ask for the same.
var docsSites = []Site{{Storage: HPOS, Version: Newest}, {Storage: HPOS, Version: Measured},
	{Storage: HPOSSync, Version: Newest}, {Storage: Posts, Version: Newest}}

const docsColumns = "order tables (HPOS), WooCommerce 11.0 or newer | HPOS, WooCommerce 9.9 to 10.9 | HPOS with " +
	"compatibility mode | posts storage"

func TestPostsAndCompatibilityModeAskForTheSameOnBothVersions(t *testing.T) {
	t.Parallel()
	for _, storage := range []Storage{HPOSSync, Posts} {
		older, newer := Site{Storage: storage, Version: Measured}, Site{Storage: storage, Version: Newest}
		for _, scope := range Scopes {
			if len(older.Uses(scope)) == 0 {
				continue // not there yet
			}
			if a, b := older.Minimal([]Scope{scope}).Caps(), newer.Minimal([]Scope{scope}).Caps(); !a.Equal(b) {
				t.Errorf("%s with %s: %s on %s, %s on %s", scope, storage, a, older.Version, b, newer.Version)
			}
		}
	}
}

func TestRolesPageIsCurrent(t *testing.T) {
	t.Parallel()
	checkGolden(t, "../docs/roles.md", rolesPage())
}

// rolesPage writes docs/roles.md: fixed text around tables that come from the model.
func rolesPage() string {
	var page strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&page, format+"\n", args...) }
	say("%s", rolesIntroduction)
	say("## What each scope needs\n")
	say("Measured on WooCommerce %s and %s; every set is the only minimal one. Write means create and update, alone "+
		"and",
		Newest, Measured)
	say("in batches. Customers are the exception: `customers/batch` asks `promote_users` besides, which is not part " +
		"of the scope.\n")
	say("A role for `…:write` or `…:delete` can read the same records: Waybill writes exactly once because it reads " +
		"back what it")
	say("wrote and looks for a write whose answer got lost. `--for orders:write` gives the same role as " +
		"`--for orders:read,orders:write`.\n")
	say("| scope | %s |\n|---|---|---|---|---|", docsColumns)
	for _, scope := range Scopes {
		say("| `%s` | %s |", scope,
			strings.Join(perSite(func(site Site) string { return code(site.Minimal([]Scope{scope}).Caps().Sorted()) }),
				" | "))
	}
	say("\n%s", statusesNotes())
	say("Fulfilments are there from WooCommerce 10.1 on, where their feature is switched on; they ask for " +
		"`manage_woocommerce` on")
	say("each of these versions, and are in no default set of scopes because that opens the shop's settings.\n")
	say("Before WooCommerce 9.9 `customers:write` needs `promote_users` instead of `create_customers`. On a multisite")
	say("network no role lets anyone update or delete customers: only super admins edit and delete users there.\n")

	say("## The lists that help pages hand out\n")
	say("%s", listsIntroduction)
	for _, list := range PublishedLists() {
		describeList(say, list)
	}
	say("## The stock roles\n")
	say("How far each role serves each scope, on order tables without compatibility mode, WooCommerce 11.0 or newer:\n")
	stockTable(say)
	say("%s", stockNotes)
	say("## What people believe, and what is asked\n")
	say("Each line is proved by a test against the measured permissions.\n")
	say("Sources: \"oracle\" is the measurement of real stores of WooCommerce 10.0.2 and 11.0.1, kept in short form in")
	say("capability/testdata; names that do not begin with docs/ are files of WooCommerce.\n")
	say("| believed | true | source |\n|---|---|---|")
	for _, p := range Pitfalls() {
		check := ""
		if p.Check != "" {
			check = "; check `" + p.Check + "`"
		}
		say("| %s | %s | %s%s |", p.Believed, p.Truth, p.Source, check)
	}
	say("\n## Every capability that decides something, or does not\n")
	say("A WooCommerce key opens only WooCommerce's part of the REST API. What is said about wp-admin holds for " +
		"whoever can")
	say("log in as that user: a user whose password nobody knows, as the plugin makes him, cannot.\n")
	say("| capability | decides | opens besides | source |\n|---|---|---|---|")
	for _, fact := range facts {
		say("| `%s` | %s | %s | %s |", fact.Capability, fact.Opens, fact.Besides, fact.Source)
	}
	return page.String()
}

func describeList(say func(string, ...any), list Role) {
	say("### %s: %s\n", list.Name, list.Title)
	say("%s\n", code(list.Caps.Sorted()))
	say("| | %s |\n|---|---|---|---|---|", docsColumns)
	explained := map[Site]Explanation{}
	for _, site := range docsSites {
		explained[site] = site.Explain(list, Scopes)
	}
	row := func(title string, cell func(e Explanation) string) {
		say("| %s | %s |", title, strings.Join(perSite(func(site Site) string { return cell(explained[site]) }), " | "))
	}
	for _, extent := range []Extent{All, Part, Nothing} {
		row("opens "+map[Extent]string{All: "all of", Part: "part of", Nothing: "nothing of"}[extent],
			func(e Explanation) string {
				var scopes []string
				for _, opening := range e.Opens {
					if opening.Extent == extent {
						scopes = append(scopes, string(opening.Scope))
					}
				}
				return code(scopes)
			})
	}
	orders := []Scope{OrdersRead, OrdersWrite}
	row("lacks for reading and writing orders", func(e Explanation) string {
		return code(e.Site.Minimal(orders).Caps().Without(list.Caps).Sorted())
	})
	row("refused of `orders:write`", func(e Explanation) string {
		for _, opening := range e.Opens {
			if opening.Scope == OrdersWrite {
				return strings.Join(refusedNames(opening.Refused), ", ")
			}
		}
		return ""
	})
	row("carried for nothing", func(e Explanation) string {
		var idle []string
		for _, item := range e.Idle {
			idle = append(idle, item.Capability)
		}
		return code(idle)
	})
	say("")
	var besides []string
	for _, fact := range explained[docsSites[0]].Besides {
		if fact.Capability == "manage_woocommerce" || fact.Capability == "edit_users" ||
			fact.Capability == "list_users" || fact.Capability == "edit_products" {
			besides = append(besides, fmt.Sprintf("`%s`: %s.", fact.Capability, fact.Besides))
		}
	}
	if len(besides) > 0 {
		say("Opens besides: %s\n", strings.Join(besides, " "))
	}
}

func stockTable(say func(string, ...any)) {
	var names []string
	var explained []Explanation
	for _, role := range StockRoles(Newest) {
		names = append(names, role.Name)
		explained = append(explained, docsSites[0].Explain(role, Scopes))
	}
	say("| scope | %s |\n|---|%s", strings.Join(names, " | "), strings.Repeat("---|", len(names)))
	for i, scope := range Scopes {
		var cells []string
		for _, e := range explained {
			cells = append(cells, string(e.Opens[i].Extent))
		}
		say("| `%s` | %s |", scope, strings.Join(cells, " | "))
	}
	say("")
}

// statusesNotes says what orders in statuses of plugins ask for besides, from the model.
func statusesNotes() string {
	site := docsSites[0]
	plain := site.Minimal([]Scope{OrdersWrite, OrdersDelete}).Caps()
	site.PluginStatuses = true
	more := site.Minimal([]Scope{OrdersWrite, OrdersDelete}).Caps().Without(plain)
	return "Statuses of plugins: on order tables of WooCommerce 11.0 or newer, orders in a status that a plugin " +
		"registers as\n" +
		"public or private ask besides for " + code(more.Sorted()) + "\n" +
		"(`--plugin-statuses`). Moving an order into such a status asks for nothing more, the next update does: a " +
		"role without\n" +
		"them locks itself out of the order. Orders in a public status have another trap: any user's key that may " +
		"log in, a\n" +
		"customer's too, can have their details and receipts sent to any address; register such statuses as neither.\n"
}

func perSite(cell func(site Site) string) []string {
	var cells []string
	for _, site := range docsSites {
		text := cell(site)
		if text == "" {
			text = "–"
		}
		if len(cells) > 0 && text == cells[0] {
			text = "as the first"
		}
		cells = append(cells, text)
	}
	return cells
}

func code(words []string) string {
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, "`"+word+"`")
	}
	return strings.Join(quoted, " ")
}

const rolesIntroduction = `# Roles: what a key may do

<!-- Generated from capability; change it there and run: go generate ./capability -->

A WooCommerce key acts as the user it belongs to. What it may do is decided twice: by the permission chosen for the
key (Read, Write, Read/Write), and by the capabilities of the user's role. This page says which capabilities an
integration needs, what the lists on help pages really open, and how to make the smallest role.

An Administrator's key is never needed. A Shop Manager's key works for most things and opens far more than an
integration uses.

## Make a role

    waybill role --for orders:read,orders:write --format plugin > waybill-integration-role.php
    waybill role --for orders:read,orders:write --wc 11.0.1 --storage hpos --format plugin   # smaller: no capability of the blog

Upload the file to ` + "`wp-content/plugins/`" + ` and activate it. It creates the role; under Users it makes a user of the role
on request, with a password nobody knows; deactivation takes the role away from its users and removes it, and deleting
the plugin removes that user too. Then make a key of the user in WooCommerce > Settings > Advanced > REST API.

| format | for |
|---|---|
| ` + "`php`" + ` | a snippet for functions.php of the theme, below its last line, or for a snippets plugin |
| ` + "`plugin`" + ` | one file to upload and activate, PHP 7.4 to 8.4 |
| ` + "`plugin-zip`" + ` | the same in an archive, as WordPress takes it under Plugins > Add New > Upload Plugin |
| ` + "`wp-cli`" + ` | a shell script for the server |
| ` + "`list`" + ` | one capability per line |
| ` + "`json`" + ` | programs: each capability with ` + "`scopes`, `why`, `besides`, `source`, `operations`" + ` |

` + "`--storage`" + ` says how the store keeps its orders (hpos, hpos-sync, posts, hpos-migrated; WooCommerce > Status shows it).
Without it the role serves every storage. ` + "`--wc`" + ` is the store's WooCommerce version; without it, or with ` + "`--wc all`" + `, the role
serves every version since 9.9, also after an update. Before 11.0 changing an order on order tables asks for
capabilities of the blog's posts, so a role for all versions carries those too; give the version where it is known.
` + "`--plugin-statuses`" + ` is for shops where a plugin registers order statuses as public or private, ` + "`--multisite`" + ` for a site of a
network. What is written says for which versions and which storage it is.

## Explain a list

    waybill role --for orders:read,orders:write --compare L5
    wp cap list erp | waybill role --for orders:read,orders:write --compare -

says what the list lacks, what it opens, what it carries for nothing and what it opens besides. It exits with 10 when
something that is wanted is refused. The list may be a file, standard input, words separated by commas, JSON, or a PHP
snippet with add_role. To see what was taken away from a customised Shop Manager, and what that costs:

    wp cap list shop_manager | waybill role --compare - --against shop_manager

Without WP-CLI, WooCommerce > Status > Tools resets the stock roles ("Capabilities").

With ` + "`--json`" + `: ` + "`lacks`" + ` (capabilities with ` + "`name`, `scopes`, `why`, `operations`" + `), ` + "`opens`" + ` (for each scope ` + "`wanted`, `extent`" + ` all,
part or nothing, and ` + "`refused`" + `: operation, which records, order storage, version, status, code, missing capabilities), ` + "`idle`" + ` (carried for
nothing, with the reason), ` + "`unwanted`, `besides`" + ` and, with --against, ` + "`difference`" + ` (` + "`removed`, `added`, `lost`, `gained`" + `).

On a multisite network the plugin can be activated for all sites; each site gets the role. The user made on request
stays when the plugin is deleted there, since accounts belong to the whole network.
`

const listsIntroduction = `Three lists are found again and again. All were tried on a real store, request by request. "Part" means that some
requests of the scope are refused; the rows below say which.

The main trap: before WooCommerce 11.0, on order tables without compatibility mode, which is what new stores have, no
order capability lets anyone update an order. WooCommerce keeps a placeholder of each order among the posts and registers
it with the capabilities of blog posts, so updating asks ` + "`edit_posts` and `edit_others_posts`" + `. Since 11.0 it asks for
the order capabilities; only deleting a refund still asks for those of posts.
`

const stockNotes = `The Shop Manager updates only users of role ` + "`customer`" + ` and himself, whatever he holds, and may update customers only
because of his role's name: a copy of the role under another name cannot. He cannot delete customers and cannot use
` + "`customers/batch`" + `. Before WooCommerce 11.0 an Editor of the blog, without one order capability, can update and delete
every order on order tables without compatibility mode, Author and Contributor their own: give no key to an Editor. Since
11.0 they can delete refunds there, and nothing else.
`
