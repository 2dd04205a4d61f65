package doctor_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/doctor"
)

//go:generate go test -run "TestTheCatalogueIsCurrent|TestTheGuideIsCurrent" -update .

var update = flag.Bool("update", false, "write the generated pages anew")

const catalogue = "../docs/checks"

// TestTheCatalogueIsCurrent: one page for each cause, an index, and nothing else.
func TestTheCatalogueIsCurrent(t *testing.T) {
	t.Parallel()
	want := map[string]string{"README.md": catalogueIndex()}
	for _, id := range everyCause() {
		page, ok := doctor.CataloguePage(id)
		if !ok {
			t.Fatalf("no page for %s", id)
		}
		want[id+".md"] = page
	}
	if *update {
		if err := os.MkdirAll(catalogue, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range want {
		current(t, filepath.Join(catalogue, name), text)
	}
	entries, err := os.ReadDir(catalogue)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, ok := want[e.Name()]; !ok {
			t.Errorf("%s/%s explains no cause that the doctor knows", catalogue, e.Name())
		}
	}
}

func everyCause() []string {
	var list []string
	for _, c := range doctor.Checks() {
		list = append(list, c.ID)
	}
	for _, v := range doctor.Invisibles() {
		list = append(list, v.ID)
	}
	return list
}

// current compares a generated page with its file, or writes it.
func current(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s is stale; run: go generate ./doctor", path)
	}
}

func catalogueIndex() string {
	var b strings.Builder
	b.WriteString("# What can be wrong\n\n" +
		"<!-- Generated from the checks; change them and run: go generate ./doctor -->\n\n" +
		"Every cause that [`waybill doctor`](../doctor.md) knows, in the order in which a store decides about a " +
		"request. In a terminal:\n`waybill doctor --explain ID`.\n")
	area := doctor.Area("")
	for _, c := range doctor.Checks() {
		if c.Area != area {
			area = c.Area
			fmt.Fprintf(&b, "\n## %s\n\n| check | | cause |\n|---|---|---|\n", doctor.AreaName(area))
		}
		fmt.Fprintf(&b, "| [`%s`](%s.md) | %s | %s |\n", c.ID, c.ID, c.Severity,
			strings.ReplaceAll(c.Title, "|", "\\|"))
	}
	b.WriteString("\n## What cannot be seen from outside\n\n" +
		"Faults of one client or one request, or behind the store. No run shows them; each has a page all the " +
		"same.\n\n| cause | why no run shows it |\n|---|---|\n")
	for _, v := range doctor.Invisibles() {
		fmt.Fprintf(&b, "| [`%s`](%s.md) | %s |\n", v.ID, v.ID, v.Reason)
	}
	return b.String()
}

// TestTheDoctorKnowsTheWholeTaxonomy: every cause that is known is a check or is listed, with the reason, among
// those that cannot be seen from outside; never both.
func TestTheDoctorKnowsTheWholeTaxonomy(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/taxonomy-ids.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]int{}
	for _, id := range everyCause() {
		known[id]++
	}
	for _, id := range strings.Fields(string(raw)) {
		if known[id] == 0 {
			t.Errorf("%s is neither a check nor listed as invisible", id)
		}
	}
	for id, n := range known {
		if n > 1 {
			t.Errorf("%s is there %d times", id, n)
		}
	}
	for _, v := range doctor.Invisibles() {
		if v.Reason == "" || v.Instead == "" {
			t.Errorf("%s has no reason or no advice", v.ID)
		}
	}
}

// TestEveryCheckExplainsItself: nobody is left with a name.
func TestEveryCheckExplainsItself(t *testing.T) {
	t.Parallel()
	braces := regexp.MustCompile(`\{[a-z0-9]+\}`)
	for _, c := range doctor.Checks() {
		if c.Title == "" || c.See == "" || c.Tell == "" || c.Cause == "" || len(c.Fixes) == 0 {
			t.Errorf("%s does not say what one sees, how to tell, why, or what to do", c.ID)
		}
		for _, id := range c.Under {
			if _, ok := doctor.CheckByID(id); !ok {
				t.Errorf("%s says it follows from %q, which is no check", c.ID, id)
			}
		}
		page, _ := doctor.CataloguePage(c.ID)
		for _, left := range braces.FindAllString(page, -1) {
			switch left {
			case "{id}", "{path}", "{query}": // of WooCommerce's routes
			default:
				t.Errorf("the page of %s has a word that was not filled in: %s", c.ID, left)
			}
		}
	}
}

// unsafe are pieces of advice that cost a shop more than the fault: a key of an administrator, checks of certificates
// switched off, everything opened to everybody.
var unsafe = map[string]*regexp.Regexp{
	"a key or role of an administrator": regexp.MustCompile(
		`(?i)(--role[= ]administrator|(set|add)-role \S+ administrator|\b(make|give|use|create|take|needs?)\b[^.\n]*\badministrator('s)?\b)`),
	"TLS checks switched off": regexp.MustCompile(
		`(?i)(curl[^\n]* (-[a-zA-Z]*k\b|--insecure)|verify_?ssl['" ]*(=>|=|:) *(false|0)|ssl_?verify(peer|host)?['" ]*(=>|=|,|:) *(false|0)|InsecureSkipVerify|(disable|switch off|turn off|ignore|skip)[^.\n]*(certificate|tls|ssl) (check|verif))`),
	"everything opened to everybody": regexp.MustCompile(
		`(?i)(__return_true|chmod (-R )?777|add_cap\( *'(manage_options|administrator|unfiltered_html|edit_plugins)'|map_meta_cap[^\n]*array\(\)|permission_callback[^\n]*true|woocommerce_rest_check_permissions[^\n]*__return_true|allow[^\n]*0\.0\.0\.0/0)`),
	"protection switched off for good": regexp.MustCompile(
		`(?i)(SecRuleEngine +Off|(deactivate|switch off|turn off|disable|uninstall) (the )?(firewall|wordfence|sucuri|imunify360|modsecurity|cloudflare|security plugin)\b)`),
	"debugging shown to visitors": regexp.MustCompile(`(?i)WP_DEBUG_DISPLAY'?, *true|display_errors[ =']+(on|1)\b`),
}

// TestUnsafeAdviceIsNeverGiven looks through every fix of every check, and through what replaces the checks that
// cannot be seen.
func TestUnsafeAdviceIsNeverGiven(t *testing.T) {
	t.Parallel()
	look := func(id, text string) {
		for what, pattern := range unsafe {
			if found := pattern.FindString(text); found != "" {
				t.Errorf("%s advises %s: %q", id, what, found)
			}
		}
	}
	for _, c := range doctor.Checks() {
		for _, fix := range c.Fixes {
			look(c.ID, fix.Text)
		}
	}
	for _, v := range doctor.Invisibles() {
		look(v.ID, v.Instead)
	}
	for what, bad := range map[string]string{
		"a key or role of an administrator": "Make a key for an administrator.",
		"TLS checks switched off":           "curl -k https://shop.example",
		"everything opened to everybody":    "add_filter( 'woocommerce_rest_check_permissions', '__return_true' );",
		"protection switched off for good":  "Deactivate Wordfence.",
		"debugging shown to visitors":       "define( 'WP_DEBUG_DISPLAY', true );",
	} {
		if !unsafe[what].MatchString(bad) {
			t.Errorf("the test would not see %q", bad)
		}
	}
}

// between keeps the generated part of a page that is else written by hand.
func between(t *testing.T, path, name, want string) {
	t.Helper()
	begin, end := "<!-- "+name+": written by go generate ./doctor -->\n", "<!-- end of "+name+" -->"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(raw), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for %s", path, name)
	}
	current(t, path, before+begin+want+end+after)
}
