package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
)

func TestRoleListsTheSmallestSet(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"edit_others_posts edit_others_shop_orders edit_posts publish_shop_orders read_private_shop_orders": {"--for",
			"orders:read,orders:write", "--storage", "hpos", "--wc", "10.0.2"},
		"edit_others_shop_orders edit_shop_orders publish_shop_orders read_private_shop_orders": {"--for",
			"orders:read,orders:write", "--wc", "11.0.1"},
		// Who writes reads as well.
		"edit_others_posts edit_others_shop_orders edit_posts edit_shop_orders publish_shop_orders " +
			"read_private_shop_orders": {"--for", "orders:write", "--storage", "hpos", "--wc", "all"},
		"edit_others_shop_orders edit_private_shop_orders edit_published_shop_orders edit_shop_orders " +
			"publish_shop_orders read_private_shop_orders": {"--for", "orders:write", "--wc", "11.0.1", "--plugin-statuses"},
		"delete_others_shop_orders delete_shop_order delete_shop_orders read_private_shop_orders": {"--for",
			"orders:delete", "--storage", "posts"},
		"edit_users list_users promote_users": {"--for", "customers:write", "--wc", "9.8.5"},
		"edit_others_posts edit_others_shop_orders edit_posts edit_shop_orders list_users publish_shop_orders " +
			"read_private_products read_private_shop_orders": {},
	} {
		status, stdout, stderr := invoke(t, append([]string{"role", "--format", "list"}, args...)...)
		if got := strings.Join(strings.Fields(stdout), " "); status != 0 || got != want {
			t.Errorf("%v: status %d, %s, want %s\n%s", args, status, got, want, stderr)
		}
	}
}

func TestRoleSaysForWhichVersionsItIs(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"all":    "WooCommerce 9.9 or newer (measured up to 11.0.1)",
		"10.0.2": "WooCommerce 9.9 to 10.9",
		"11.0.1": "WooCommerce 11.0 or newer (measured up to 11.0.1)",
	} {
		for _, format := range []string{"php", "plugin", "wp-cli", "json"} {
			_, stdout, stderr := invoke(t, "role", "--for", "orders:read,orders:write", "--format", format, "--wc",
				version)
			folded := strings.Join(strings.Fields(strings.NewReplacer("\n * ", " ", "\n# ", " ").Replace(stdout)), " ")
			if !strings.Contains(folded, want) {
				t.Errorf("%s as %s does not say %q:\n%s%s", version, format, want, stdout, stderr)
			}
		}
	}
}

func TestRoleWritesEachFormat(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		"php":    "add_role( 'erp_sync', 'The ERP'",
		"plugin": "Plugin Name: The ERP role",
		"wp-cli": "wp role create erp_sync 'The ERP'",
		"list":   "read_private_shop_orders\n",
		"json":   `"role": "erp_sync"`,
	} {
		status, stdout, stderr := invoke(t, "role", "--for", "orders:read", "--format", format, "--name", "erp_sync",
			"--title", "The ERP")
		if status != 0 || !strings.Contains(stdout, want) {
			t.Errorf("%s: status %d, no %q in:\n%s%s", format, status, want, stdout, stderr)
		}
	}
}

func TestRoleComparesLists(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "list.php")
	if err := os.WriteFile(file,
		[]byte("<?php add_role( 'x', 'X', array( 'read_private_shop_orders' => true, 'read_shop_orders' => true ) );"),
		0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		list   string
		scopes string
		status int
		want   string
	}{
		{file, "orders:read", 0, "no such capability exists"},
		{file, "orders:write", problem.ExitDifferent, "publish_shop_orders"},
		{"read_private_shop_orders, edit_posts", "orders:read", 0, "Not needed for what is wanted\n  edit_posts"},
		{"L5", "orders:read,orders:write", problem.ExitDifferent, "the five order capabilities"},
		{"shop_manager", "orders:read,orders:write,products:read,customers:read,customers:write", 0, "all of it"},
	} {
		status, stdout, stderr := invoke(t, "role", "--for", c.scopes, "--compare", c.list)
		if status != c.status || !strings.Contains(stdout, c.want) {
			t.Errorf("%s for %s: status %d, no %q in:\n%s%s", c.list, c.scopes, status, c.want, stdout, stderr)
		}
	}
}

func TestRoleTellsWhatWasTakenFromAStockRole(t *testing.T) {
	t.Parallel()
	status, stdout, _ := invoke(t, "role", "--for", "orders:read", "--storage", "hpos", "--compare",
		"read_private_shop_orders,list_users", "--against", "shop_manager", "--json")
	var report struct {
		Lacks      []any
		Difference struct{ Removed, Lost []string }
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || status != 0 {
		t.Fatalf("status %d, %v\n%s", status, err, stdout)
	}
	if len(report.Lacks) != 0 || len(report.Difference.Removed) != 91 || len(report.Difference.Lost) == 0 {
		t.Errorf("%d lacking, %d removed, %d lost", len(report.Lacks), len(report.Difference.Removed),
			len(report.Difference.Lost))
	}
}

func TestRoleRefusesWhatItCannotUse(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"--for", "orders"},
		{"--storage", "cloud"},
		{"--wc", "latest"},
		{"--format", "xml"},
		{"--name", "shop_manager"},
		{"--compare", "<html>"},
		{"--compare", ""},
		{"--against", "shop_manager"},
		{"--compare", "L5", "--against", "boss"},
		{"--json", "--format", "php"},
	} {
		status, stdout, stderr := invoke(t, append([]string{"role"}, args...)...)
		if status != problem.ExitUsage || stdout != "" || stderr == "" {
			t.Errorf("%v: status %d, stdout %q, stderr %q", args, status, stdout, stderr)
		}
	}
}
