package capability

import (
	"archive/zip"
	"bytes"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files and docs/roles.md anew")

// checkGolden compares with a file of testdata, or writes it with -update.
func checkGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what is written now; look at the difference and run: go test ./capability -update\n%s",
			path, firstDifference(string(want), got))
	}
}

func firstDifference(want, got string) string {
	wantLines, gotLines := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range wantLines {
		if i >= len(gotLines) {
			return "the end is missing: " + wantLines[i]
		}
		if wantLines[i] != gotLines[i] {
			return "want: " + wantLines[i] + "\ngot:  " + gotLines[i]
		}
	}
	return "more than wanted: " + gotLines[len(wantLines)]
}

func written(t *testing.T, recipe Recipe, format Format) string {
	t.Helper()
	var out bytes.Buffer
	if err := recipe.Write(&out, format); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFormatsAreWrittenAsInTheGoldenFiles(t *testing.T) {
	t.Parallel()
	recipe := recipeFor(t, HPOS, []Scope{OrdersRead, OrdersWrite, CustomersRead, CustomersWrite, WebhooksScope})
	for format, file := range map[Format]string{
		FormatPHP: "role.php", FormatPlugin: "role-plugin.php", FormatWPCLI: "role.sh", FormatList: "role.txt",
		FormatJSON: "role.json",
	} {
		checkGolden(t, filepath.Join("testdata", "golden", file), written(t, recipe, format))
	}
}

func TestExplanationIsWrittenAsInTheGoldenFile(t *testing.T) {
	t.Parallel()
	list, _ := PublishedList("LROLE")
	var out bytes.Buffer
	if err := (Site{Storage: AnyStorage}).Explain(list, DefaultScopes).WriteText(&out); err != nil {
		t.Fatal(err)
	}
	stock, _ := StockRole("shop_manager", Measured)
	if err := (Site{}).TakenAway(stock.Caps.Without(NewSet("edit_others_posts", "list_users"))).WriteText(
		&out); err != nil {
		t.Fatal(err)
	}
	checkGolden(t, filepath.Join("testdata", "golden", "explanation.txt"), out.String())
}

// phpInterpreter finds php, which the tests of generated code need. Without it they are skipped, unless
// WAYBILL_TEST_ALL is set: then everything a machine of the project must have is required.
func phpInterpreter(t *testing.T) string {
	t.Helper()
	php, err := exec.LookPath("php")
	if err != nil {
		if os.Getenv("WAYBILL_TEST_ALL") != "" {
			t.Fatal("php is not installed")
		}
		t.Skip("php is not installed")
	}
	return php
}

// hostileNames are names and titles that would end a string, a comment or a header if they were written carelessly.
func hostileNames() map[string]string {
	return map[string]string{
		"":           "",
		"erp_sync":   `Bob's "ERP" */ ?> <?php die(); // \`,
		"r2":         `$HOME $(id) %s %d {{.}} <script>`,
		"long_title": strings.Repeat("Lagerverwaltung für Süßwaren ", 12),
	}
}

func TestGeneratedPHPIsValidWhateverTheScopesAndNames(t *testing.T) {
	t.Parallel()
	php := phpInterpreter(t)
	dir := t.TempDir()
	files := []string{}
	for _, storage := range []Storage{HPOS, AnyStorage} {
		for i, scopes := range [][]Scope{Scopes, {OrdersRead}} {
			for name, title := range hostileNames() {
				recipe, err := NewRecipe(Site{Storage: storage, Multisite: i == 1}.Minimal(scopes), name, title)
				if err != nil {
					t.Fatal(err)
				}
				for _, format := range []Format{FormatPHP, FormatPlugin} {
					code := written(t, recipe, format)
					if strings.Contains(code, "?>") && name == "" {
						t.Errorf("%s leaves PHP mode", format)
					}
					file := filepath.Join(dir, string(storage)+string(rune('a'+i))+recipe.Name+string(format)+".php")
					if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
						t.Fatal(err)
					}
					files = append(files, file)
				}
			}
		}
	}
	// One process for all of them; php -l takes one file at a time, so it is asked in a loop of the shell.
	out, err := exec.CommandContext(t.Context(), "sh",
		append([]string{"-c", `php=$1; shift; for f; do "$php" -n -l "$f" > /dev/null || echo "$f"; done`, "sh", php},
			files...)...).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("php -l: %v\n%s", err, out)
	}
}

// newerPHP finds what PHP 7.4 does not know, and the implicit nullable parameter that PHP 8.4 warns of.
var newerPHP = regexp.MustCompile(
	`\?->|\bmatch\s*\(|\bstr_(?:contains|starts_with|ends_with)\s*\(|#\[|\breadonly\b|\benum\b|` +
		`\)\s*:\s*(?:static|mixed|never)\b|\|null\b|\barray_(?:is_list|find|any|all)\s*\(|::class\b|\(\.\.\.\)|\b[A-Z]\w*\s+\$\w+\s*=\s*null`)

func TestGeneratedPHPIsWrittenForPHP74To84(t *testing.T) {
	t.Parallel()
	recipe := recipeFor(t, AnyStorage, Scopes)
	for _, format := range []Format{FormatPHP, FormatPlugin} {
		var code []string
		for line := range strings.Lines(written(t, recipe, format)) {
			if trimmed := strings.TrimSpace(line); !strings.HasPrefix(trimmed, "//") &&
				!strings.HasPrefix(trimmed, "*") {
				code = append(code, line)
			}
		}
		if found := newerPHP.FindString(strings.Join(code, "")); found != "" {
			t.Errorf("%s uses %q", format, found)
		}
	}
}

func TestGeneratedShellIsValidWhateverTheNames(t *testing.T) {
	t.Parallel()
	for name, title := range hostileNames() {
		recipe, err := NewRecipe(Site{}.Minimal(Scopes), name, title)
		if err != nil {
			t.Fatal(err)
		}
		// A stand-in for WP-CLI shows what the shell makes of the arguments.
		script := "wp() { printf '%s|' \"$@\"; echo; }\n" + written(t, recipe, FormatWPCLI)
		cmd := exec.CommandContext(t.Context(), "sh")
		cmd.Stdin = strings.NewReader(script)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		if want := "role|create|" + recipe.Name + "|" + recipe.Title + "|\n"; !strings.Contains(string(out), want) {
			t.Errorf("%s: the role is created otherwise than %s:\n%s", name, want, out)
		}
		for _, capability := range recipe.Minimum.Caps().Sorted() {
			if !strings.Contains(string(out), "cap|add|"+recipe.Name+"|"+capability+"|\n") {
				t.Errorf("%s: %s is not added", name, capability)
			}
		}
	}
}

func TestBadNamesAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Shop", "1role", "a", "a b", "a-b", "a;b", "administrator", "shop_manager",
		"customer", strings.Repeat("a", 60)} {
		if _, err := NewRecipe(Minimum{}, name, ""); err == nil {
			t.Errorf("%q is accepted", name)
		}
	}
	if _, err := NewRecipe(Minimum{}, "", "two\nlines"); err == nil {
		t.Error("a title of two lines is accepted")
	}
}

func TestKeyPermissionIsReadWhenNothingIsWritten(t *testing.T) {
	t.Parallel()
	for want, scopes := range map[string][]Scope{
		"Read": {OrdersRead, ProductsRead, CustomersRead, ReportsRead, ReviewsRead, ShippingRead, TermsRead,
			CouponsRead},
		"Read/Write": {OrdersRead, WebhooksScope},
	} {
		if got := recipeFor(t, HPOS, scopes).KeyPermission(); got != want {
			t.Errorf("%v: %s, want %s", scopes, got, want)
		}
	}
}

// TestThePluginComesAsWordPressTakesItByUpload holds the archive to what WordPress's upgrader wants: one folder, with
// the plugin's file in it.
func TestThePluginComesAsWordPressTakesItByUpload(t *testing.T) {
	t.Parallel()
	recipe := recipeFor(t, HPOS, []Scope{OrdersRead})
	archive := written(t, recipe, FormatPluginZip)
	if again := written(t, recipe, FormatPluginZip); archive != again {
		t.Error("the same recipe gives another archive")
	}
	r, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.File) != 1 || r.File[0].Name != "waybill-integration-role/waybill-integration-role.php" {
		t.Fatalf("%d files, the first %q", len(r.File), r.File[0].Name)
	}
	file, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(file)
	if err != nil || string(text) != written(t, recipe, FormatPlugin) {
		t.Errorf("the file in it is not the plugin (%v)", err)
	}
}
