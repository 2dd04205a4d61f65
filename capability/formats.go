package capability

import (
	"archive/zip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/template"
	"time"
)

// Format is a way to write a recipe down.
type Format string

const (
	// FormatPHP is a snippet for a theme's functions.php or a snippets plugin.
	FormatPHP Format = "php"
	// FormatPlugin is one file that is a plugin.
	FormatPlugin Format = "plugin"
	// FormatPluginZip is the plugin's file in an archive, which WordPress takes under Plugins > Add New > Upload.
	FormatPluginZip Format = "plugin-zip"
	// FormatWPCLI is a shell script of WP-CLI commands.
	FormatWPCLI Format = "wp-cli"
	// FormatList is one capability per line.
	FormatList Format = "list"
	// FormatJSON is the recipe as data for programs.
	FormatJSON Format = "json"
)

// Formats are all formats, in the order of documentation.
var Formats = []Format{FormatPHP, FormatPlugin, FormatPluginZip, FormatWPCLI, FormatList, FormatJSON}

// ParseFormat reads the name of a format.
func ParseFormat(text string) (Format, error) {
	for _, format := range Formats {
		if string(format) == strings.ToLower(text) {
			return format, nil
		}
	}
	return "", fmt.Errorf("capability: unknown format %q; use php, plugin, plugin-zip, wp-cli, list or json", text)
}

//go:embed templates
var templateFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"quote":   quotePHP,
	"comment": commentLines,
	"shell":   quoteShell,
	"join":    JoinScopes,
	"oneLine": func(text string) string { return strings.ReplaceAll(text, "\n * Description: ", " ") },
}).ParseFS(templateFiles, "templates/*.tmpl"))

// Write writes the recipe in a format. The same recipe always gives the same bytes.
func (r Recipe) Write(w io.Writer, format Format) error {
	switch format {
	case FormatPHP:
		return templates.ExecuteTemplate(w, "snippet.php.tmpl", r.page())
	case FormatPlugin:
		return templates.ExecuteTemplate(w, "plugin.php.tmpl", r.page())
	case FormatPluginZip:
		return r.writeZip(w)
	case FormatWPCLI:
		return templates.ExecuteTemplate(w, "wp-cli.sh.tmpl", r.page())
	case FormatList:
		_, err := io.WriteString(w, strings.Join(r.Minimum.Caps().Sorted(), "\n")+"\n")
		return err
	case FormatJSON:
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(r.Report())
	default:
		return fmt.Errorf("capability: unknown format %q", format)
	}
}

// writeZip writes the plugin as an archive with one folder, as WordPress unpacks it. The archive's date is fixed, so
// that the same recipe gives the same archive.
func (r Recipe) writeZip(w io.Writer) error {
	name := r.page().Slug + "-role"
	archive := zip.NewWriter(w)
	file, err := archive.CreateHeader(&zip.FileHeader{
		Name: name + "/" + name + ".php", Method: zip.Deflate,
		Modified: time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		return err
	}
	if err := r.Write(file, FormatPlugin); err != nil {
		return err
	}
	return archive.Close()
}

// RecipeReport is the JSON form of a recipe.
type RecipeReport struct {
	Role        string  `json:"role"`
	Title       string  `json:"title"`
	Scopes      []Scope `json:"scopes"`
	Storage     Storage `json:"storage"`
	WooCommerce string  `json:"woocommerce"`
	// Versions names the versions of WooCommerce the role is right for, in words.
	Versions string `json:"versions"`
	// PluginStatuses says that the role also serves orders in statuses that a plugin registers as public or private.
	PluginStatuses bool               `json:"plugin_statuses"`
	KeyPermission  string             `json:"key_permission"`
	Capabilities   []CapabilityReport `json:"capabilities"`
	// Impossible names operations of the scopes that no capability opens on this store.
	Impossible []string `json:"impossible"`
	Advice     []string `json:"advice"`
}

// CapabilityReport is one capability with the reasons why it is there.
type CapabilityReport struct {
	Name    string  `json:"name"`
	Scopes  []Scope `json:"scopes"`
	Why     string  `json:"why"`
	Besides string  `json:"besides,omitempty"`
	Source  string  `json:"source"`
	// Operations are the operations that would be refused without the capability.
	Operations []string `json:"operations"`
}

// Report gives the recipe as data for JSON.
func (r Recipe) Report() RecipeReport {
	report := RecipeReport{
		Role: r.Name, Title: r.Title, Scopes: r.Minimum.Scopes, Storage: r.Minimum.Site.Storage,
		WooCommerce: r.Minimum.Site.Version.String(), Versions: r.Minimum.Site.Version.Title(),
		PluginStatuses: r.Minimum.Site.PluginStatuses, KeyPermission: r.KeyPermission(),
		Capabilities: []CapabilityReport{}, Impossible: []string{}, Advice: []string{},
	}
	if report.Storage == "" {
		report.Storage = HPOS
	}
	for _, need := range r.Minimum.Needs {
		report.Capabilities = append(report.Capabilities, need.report())
	}
	report.Impossible = append(report.Impossible, operationNames(r.Minimum.Impossible)...)
	report.Advice = append(report.Advice, r.Advice()...)
	return report
}

func (n Need) report() CapabilityReport {
	fact, _ := FactOf(n.Capability)
	return CapabilityReport{
		Name: n.Capability, Scopes: n.Scopes, Why: n.Why(), Besides: fact.Besides, Source: fact.Source,
		Operations: operationNames(n.Uses),
	}
}

// page is what the templates see.
type page struct {
	RecipeReport
	StorageTitle string
	ScopeList    string
	// TitleComment is the title as it may stand in a comment.
	TitleComment string
	// Class, Slug and Function are names derived from the role's.
	Class, Slug, Function string
}

func (r Recipe) page() page {
	words := strings.Split(r.Name, "_")
	for i, word := range words {
		if word != "" {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return page{
		RecipeReport: r.Report(),
		StorageTitle: r.Minimum.Site.Storage.Title(),
		ScopeList:    JoinScopes(r.Minimum.Scopes),
		TitleComment: commentLines("", r.Title),
		Class:        strings.Join(words, "_") + "_Role",
		Slug:         strings.ReplaceAll(r.Name, "_", "-"),
		Function:     r.Name + "_role",
	}
}

// quotePHP writes a PHP string literal in single quotes.
func quotePHP(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// quoteShell writes a word for sh in single quotes.
func quoteShell(text string) string {
	return "'" + strings.ReplaceAll(text, `'`, `'\''`) + "'"
}

// commentLines folds text into lines of at most 110 characters, each with the prefix. An item that begins with a dash
// hangs. Nothing in the result can end a PHP comment: neither "*/" nor "?>" survives.
func commentLines(prefix, text string) string {
	text = strings.NewReplacer("*/", "* /", "?>", "? >").Replace(text)
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(prefix)+len(line)+1+len(word) > 110 {
			lines = append(lines, prefix+line)
			line = ""
			if strings.HasPrefix(text, "- ") {
				line = " "
			}
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, prefix+line), "\n")
}
