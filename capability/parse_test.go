package capability

import (
	"bytes"
	"strings"
	"testing"
)

func TestListsAreReadInTheFormsPeopleHave(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"commas":      "read, edit_shop_orders,read_private_shop_orders",
		"lines":       "read\nedit_shop_orders\r\n\nread_private_shop_orders\n",
		"quoted":      `'read', "edit_shop_orders"; read_private_shop_orders`,
		"comments":    "# from the help page\nread edit_shop_orders\n// and\nread_private_shop_orders",
		"JSON array":  `["read","edit_shop_orders","read_private_shop_orders"]`,
		"JSON object": `{"read":true,"edit_shop_orders":true,"read_private_shop_orders":true,"edit_posts":false}`,
		"stored role": `{"name":"ERP","capabilities":{"read":true,"edit_shop_orders":true,"read_private_shop_orders":true,"edit_posts":false}}`,
		"add_role": "add_role( 'erp', 'ERP', array(\n\t'read' => true, // " +
			"login\n\t\"edit_shop_orders\"=>1,\n\t'read_private_shop_orders' => true,\n\t// 'delete_posts' => " +
			"true,\n\t'edit_posts' => false,\n) );",
		"add_cap": "$r = get_role('erp'); $r->add_cap('read'); $r->add_cap( \"edit_shop_orders\" ); " +
			"$r->add_cap('read_private_shop_orders', true); $r->remove_cap('edit_posts');",
		"print_r": "Array\n(\n    [read] => 1\n    [edit_shop_orders] => 1\n    [read_private_shop_orders] => " +
			"1\n    [edit_posts] => \n)",
		"var_export": "array (\n  'read' => true,\n  'edit_shop_orders' => true,\n  'read_private_shop_orders' " +
			"=> true,\n)",
		"short array": "add_role('erp', 'ERP', ['read' => TRUE, 'edit_shop_orders' => true, " +
			"'read_private_shop_orders' => true]); get_users( array( 'number' => 1, 'role' => 'x' ) );",
		"wp-cli": "wp role create erp ERP\nwp cap add erp read edit_shop_orders\nwp cap add erp " +
			"read_private_shop_orders\n",
		"wp-cli comment": "# wp cap add erp edit_posts\nwp cap add erp read edit_shop_orders read_private_shop_orders",
	} {
		role, err := ParseCapabilities(text)
		if err != nil || !role.Caps.Equal(NewSet("read", "edit_shop_orders", "read_private_shop_orders")) {
			t.Errorf("%s: %v, %v", name, role.Caps, err)
		}
	}
}

func TestNamedListsAreKnown(t *testing.T) {
	t.Parallel()
	for text, size := range map[string]int{"L5": 5, "l10": 9, "LROLE": 27, "shop_manager": 93, "Administrator\n": 115} {
		role, err := ParseCapabilities(text)
		if err != nil || len(role.Caps) != size || role.Name == "" {
			t.Errorf("%s: %d capabilities of %q, %v", text, len(role.Caps), role.Name, err)
		}
	}
}

func TestWhatIsNoListIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing\n", "{", `{"a":"b"}`, "<html>", "read; rm -rf /", "[1,2]",
		"array( 'a' => false )"} {
		if role, err := ParseCapabilities(text); err == nil {
			t.Errorf("%q gives %v", text, role.Caps)
		}
	}
}

func TestEveryFormatCanBeReadBack(t *testing.T) {
	t.Parallel()
	recipe := recipeFor(t, AnyStorage, Scopes)
	for _, format := range Formats {
		if format == FormatPluginZip {
			continue // an archive is no text; the file in it is read back as FormatPlugin
		}
		var out bytes.Buffer
		if err := recipe.Write(&out, format); err != nil {
			t.Fatal(err)
		}
		role, err := ParseCapabilities(out.String())
		if err != nil || !role.Caps.Equal(recipe.Minimum.Caps()) {
			t.Errorf("%s: %v, more %v, less %v", format, err, role.Caps.Without(recipe.Minimum.Caps()),
				recipe.Minimum.Caps().Without(role.Caps))
		}
	}
}

func recipeFor(t *testing.T, storage Storage, scopes []Scope) Recipe {
	t.Helper()
	recipe, err := NewRecipe(Site{Storage: storage, Version: AnyVersion}.Minimal(scopes), "", "")
	if err != nil {
		t.Fatal(err)
	}
	return recipe
}

func FuzzParseCapabilities(f *testing.F) {
	for _, seed := range []string{"L5", "read, edit_posts", `{"a":true}`, `["a"]`, "array( 'a' => true )",
		"wp cap add erp read"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		role, err := ParseCapabilities(text)
		if err == nil && len(role.Caps) == 0 {
			t.Errorf("%q gives no capability and no error", text)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%q gives an error of several lines: %v", text, err)
		}
	})
}
