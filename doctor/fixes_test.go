package doctor_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/doctor"
)

// gaps are words that a person would have to replace before a fix can be used.
var gaps = regexp.MustCompile(
	`\b(NAME|ROLE|USER|USERNAME|USER_ID|IDS?|SITE|CAPABILITY|CAPS|PASSWORD|HOST|HOSTNAME|DOMAIN|PATH|VALUE|SLUG|EMAIL|PLUGIN|YOUR[A-Z_]*|XXX+|TODO|FIXME)\b|…|\?\?\?|/path/to|\b0{5,}\b|<(name|id|user|host|domain|path|value|your[^>]*)>|\{[a-z0-9]+\}`)

// allowedGaps are words that look like a gap and are none: the field's own, and parts of routes and of commands.
var allowedGaps = regexp.MustCompile(`%\{[a-z_]+\}|Ray ID|\{(print|gsub)\b|WP_User`)

// whole reports what is left to fill in in a fix.
func whole(t *testing.T, id string, fix doctor.Fix) {
	t.Helper()
	if found := gaps.FindString(allowedGaps.ReplaceAllString(fix.Text, "")); found != "" {
		t.Errorf("a fix (%s) of %s leaves %q to be filled in: %s", fix.Kind, id, found, fix.Text)
	}
}

// TestNoFixHasAGap: what stands in the catalogue can be used as it stands there. The findings of every scenario and of
// every breakage are held against the same rule where they are made.
func TestNoFixHasAGap(t *testing.T) {
	t.Parallel()
	for _, c := range doctor.Checks() {
		page, _ := doctor.CataloguePage(c.ID)
		_, fixes, found := strings.Cut(page, "## What to do\n")
		if !found {
			t.Fatalf("the page of %s says nothing about what to do", c.ID)
		}
		for _, line := range strings.Split(fixes, "\n") {
			if strings.HasPrefix(line, "Alone: ") {
				break
			}
			whole(t, c.ID, doctor.Fix{Kind: "catalogue", Text: line})
		}
	}
	if gaps.FindString("wp plugin deactivate NAME") == "" || gaps.FindString("limit_req zone=…") == "" {
		t.Error("the test would not see a gap")
	}
}

var fence = regexp.MustCompile("(?s)```([a-z]+)\n(.*?)\n```")

// pasted are the pieces of the catalogue in one language, by the id of their check.
func pasted(t *testing.T, language string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, c := range doctor.Checks() {
		page, _ := doctor.CataloguePage(c.ID)
		for _, block := range fence.FindAllStringSubmatch(page, -1) {
			if block[1] == language {
				all[c.ID] = append(all[c.ID], block[2])
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("no fix is written in %s", language)
	}
	return all
}

// TestPHPOfFixesIsValid lints every piece of PHP, and reads every piece of php.ini.
func TestPHPOfFixesIsValid(t *testing.T) {
	t.Parallel()
	shellWith(t, "php")
	dir := t.TempDir()
	var files []string
	for id, pieces := range pasted(t, "php") {
		for i, piece := range pieces {
			if strings.HasPrefix(piece, "; php.ini") {
				out, err := exec.CommandContext(t.Context(), "php", "-r",
					"exit( parse_ini_string( $argv[1] ) ? 0 : 1 );", piece).CombinedOutput()
				if err != nil {
					t.Errorf("%s: no php.ini: %s\n%s", id, piece, out)
				}
				continue
			}
			file := filepath.Join(dir, fmt.Sprintf("%s-%d.php", id, i))
			if err := os.WriteFile(file, []byte("<?php\n"+piece+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	// One process for all: PHP compiles a file without running it.
	out, err := exec.CommandContext(t.Context(), "php", append([]string{"-r", `
		foreach ( array_slice( $argv, 1 ) as $file ) {
			try { token_get_all( file_get_contents( $file ), TOKEN_PARSE ); } catch ( ParseError $e ) { echo basename( $file ), ": ", $e->getMessage(), "\n"; }
		}`, "--"}, files...)...).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestShellOfFixesIsValid reads every command without running it.
func TestShellOfFixesIsValid(t *testing.T) {
	t.Parallel()
	shell := shellWith(t)
	var all strings.Builder
	for id, pieces := range pasted(t, "sh") {
		for i, piece := range pieces {
			fmt.Fprintf(&all, "%s_%d() {\n%s\n}\n", strings.ReplaceAll(id, "-", "_"), i, piece)
		}
	}
	cmd := exec.CommandContext(t.Context(), shell, "-n")
	cmd.Stdin = strings.NewReader(all.String())
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestNginxOfFixesIsValid lets nginx read every piece where it is installed, each in the block that it is for.
func TestNginxOfFixesIsValid(t *testing.T) {
	t.Parallel()
	shellWith(t, "nginx")
	for id, pieces := range pasted(t, "nginx") {
		for i, piece := range pieces {
			t.Run(fmt.Sprintf("%s-%d", id, i), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				outer, inner := inBlocks(piece)
				config := fmt.Sprintf("pid %s/pid;\nerror_log %s/log;\nevents {}\nhttp {\n%saccess_log off;\n%s\n"+
					"server {\nlisten 127.0.0.1:1;\n%s\n}\n}\n", dir, dir, tempPaths(dir), outer, inner)
				file := filepath.Join(dir, "nginx.conf")
				if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
					t.Fatal(err)
				}
				out, _ := exec.CommandContext(t.Context(), "nginx", "-t", "-e", dir+"/log", "-c", file).CombinedOutput()
				if strings.Contains(string(out), "syntax is ok") ||
					strings.Contains(string(out), "cannot load certificate") ||
					strings.Contains(string(out), "no \"ssl_certificate") {
					return // the certificate is the shop's own
				}
				t.Errorf("%s\n%s", config, out)
			})
		}
	}
}

// tempPaths keep nginx out of the directories of the machine's own one: as root it gives them to another user, even to
// read a configuration.
func tempPaths(dir string) string {
	var b strings.Builder
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&b, "%s_temp_path %s/%s;\n", kind, dir, kind)
	}
	return b.String()
}

// inBlocks sorts directives by the block that they are for: map, server and zones stand in the http block.
func inBlocks(piece string) (outer, inner string) {
	depth, toOuter := 0, false
	for _, line := range strings.Split(piece, "\n") {
		if depth == 0 {
			first, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			toOuter = first == "map" || first == "server" || first == "limit_req_zone"
		}
		depth += strings.Count(line, "{") - strings.Count(line, "}")
		if toOuter {
			outer += line + "\n"
		} else {
			inner += line + "\n"
		}
	}
	return outer, inner
}
