package capability

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestGeneratedPHPRunsOnWordPress(t *testing.T) {
	t.Parallel()
	wp := startWordPress(t)
	recipe := recipeFor(t, AnyStorage, []Scope{OrdersRead, OrdersWrite, ProductsRead, CustomersRead})
	wants := recipe.Minimum.Caps().Sorted()

	t.Run("plugin", func(t *testing.T) { checkPlugin(t, wp, recipe, wants) })
	t.Run("plugin leaves another role alone", func(t *testing.T) { checkConflict(t, wp) })
	t.Run("snippet", func(t *testing.T) { checkSnippet(t, wp, recipe, wants) })
	t.Run("plugin on a network", func(t *testing.T) { checkNetwork(t, wp, wants) })
}

const (
	activate   = `$e = activate_plugin( 'role.php' ); echo wp_json_encode( is_wp_error( $e ) ? $e->get_error_message() : true );`
	deactivate = `deactivate_plugins( 'role.php' ); echo wp_json_encode( true );`
	rolesOf    = `echo wp_json_encode( array_values( get_user_by( 'login', 'waybill-integration' )->roles ) );`
)

func checkPlugin(t *testing.T, wp wordPress, recipe Recipe, wants []string) {
	before := wp.run(
		t,
		`global $wpdb; echo wp_json_encode( $wpdb->get_col( "select option_name from $wpdb->options where option_name not like '\_%transient%' order by 1" ) );`,
	)
	wp.write(t, "wp-content/plugins/role.php", written(t, recipe, FormatPlugin))

	if got := wp.run(
		t,
		`$d = get_plugin_data( WP_PLUGIN_DIR . '/role.php', false, false ); echo wp_json_encode( $d['Name'] . ' ' . $d['Version'] . ' ' . $d['RequiresPHP'] );`,
	); got != "Waybill integration role 1.0.0 7.4" {
		t.Errorf("WordPress reads the header as %v", got)
	}
	wp.run(t, activate)
	if got := wp.capsOf(t, recipe.Name); !slices.Equal(got, wants) {
		t.Errorf("after activation the role has %v, listed %v", got, wants)
	}
	if got := wp.run(
		t,
		`echo wp_json_encode( array( Waybill_Integration_Role::create_user( 'waybill-integration', '' ), Waybill_Integration_Role::create_user( 'waybill-integration', '' ), Waybill_Integration_Role::create_user( '', '' ) ) );`,
	); fmt.Sprint(got) != "[made exists invalid]" {
		t.Errorf("making the user three times gives %v", got)
	}
	allowed := wp.run(
		t,
		`$u = get_user_by( 'login', 'waybill-integration' ); $all = array(); foreach ( array_keys( get_role( 'administrator' )->capabilities + Waybill_Integration_Role::capabilities() ) as $c ) { if ( $u->has_cap( $c ) ) { $all[] = $c; } } sort( $all ); echo wp_json_encode( implode( ' ', $all ) );`,
	)
	if allowed != strings.Join(wants, " ") {
		t.Errorf("the user can %v, listed %v", allowed, wants)
	}
	page := wp.run(
		t,
		`wp_set_current_user( 1 ); require_once ABSPATH . 'wp-admin/includes/admin.php'; $_GET['result'] = '"><script>'; ob_start(); Waybill_Integration_Role::show_page(); echo wp_json_encode( ob_get_clean() );`,
	)
	if html := fmt.Sprint(page); !strings.Contains(html, "_wpnonce") ||
		!strings.Contains(html, "<li>waybill-integration</li>") || strings.Contains(html, "<script>") {
		t.Errorf("the page under Users is %s", html)
	}
	for name, code := range map[string]string{
		"without permission": `wp_set_current_user( 0 ); Waybill_Integration_Role::make_user();`,
		"without nonce":      `wp_set_current_user( 1 ); $_POST = $_REQUEST = array( 'login' => 'intruder' ); Waybill_Integration_Role::make_user();`,
	} {
		if _, _, err := wp.try(t,
			`register_shutdown_function( function () { if ( username_exists( 'intruder' ) ) { exit( 9 ); } } ); `+code); err != nil && strings.Contains(err.Error(), "exit status 9") {
			t.Errorf("the form makes a user %s", name)
		}
	}
	wp.run(
		t,
		`get_role( 'waybill_integration' )->add_cap( 'manage_options' ); get_role( 'waybill_integration' )->remove_cap( 'edit_posts' ); echo 1;`,
	)
	if got := wp.capsOf(t, recipe.Name); !slices.Equal(got, wants) {
		t.Errorf("after a foreign change the next request finds %v", got)
	}

	wp.run(t, deactivate)
	if got := wp.capsOf(t, recipe.Name); got != nil {
		t.Errorf("deactivation leaves the role with %v", got)
	}
	if got := wp.run(t, rolesOf); fmt.Sprint(got) != "[]" {
		t.Errorf("deactivation leaves the user the roles %v", got)
	}
	wp.run(t, activate)
	if got := wp.run(t, rolesOf); fmt.Sprint(got) != "[waybill_integration]" {
		t.Errorf("activated again the user has %v", got)
	}
	wp.run(t, deactivate)
	wp.run(t, `wp_set_current_user( 1 ); uninstall_plugin( 'role.php' ); echo 1;`)
	after := wp.run(
		t,
		`global $wpdb; echo wp_json_encode( $wpdb->get_col( "select option_name from $wpdb->options where option_name not like '\_%transient%' order by 1" ) );`,
	)
	if fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("deleting the plugin leaves other options: %v, before %v", after, before)
	}
	if left := wp.run(
		t,
		`echo wp_json_encode( array( username_exists( 'waybill-integration' ), get_option( 'uninstall_plugins' ), count( wp_roles()->roles ) ) );`,
	); fmt.Sprint(left) != "[false [] 5]" {
		t.Errorf("deleting the plugin leaves %v", left)
	}
}

func checkConflict(t *testing.T, wp wordPress) {
	wp.run(t, `add_role( 'waybill_integration', 'Theirs', array( 'read' => true ) ); echo 1;`)
	out, _, _ := wp.try(t, activate)
	if !strings.Contains(out, "another role named") {
		t.Errorf("activation says %s", out)
	}
	if got := wp.capsOf(t, "waybill_integration"); !slices.Equal(got, []string{"read"}) {
		t.Errorf("the other role became %v", got)
	}
	if active := wp.run(t, `echo wp_json_encode( is_plugin_active( 'role.php' ) );`); active != false {
		t.Error("the plugin is active all the same")
	}
	wp.run(t, `remove_role( 'waybill_integration' ); echo 1;`)
}

func checkSnippet(t *testing.T, wp wordPress, recipe Recipe, wants []string) {
	snippet := written(t, recipe, FormatPHP)
	// Late, as a snippets tool or a person runs it; and early, as functions.php does.
	wp.run(t, snippet+"\necho 1;")
	if got := wp.capsOf(t, recipe.Name); !slices.Equal(got, wants) {
		t.Errorf("the snippet makes %v, listed %v", got, wants)
	}
	wp.run(t, `remove_role( 'waybill_integration' ); echo 1;`)
	if err := os.Mkdir(filepath.Join(wp.dir, "wp-content", "mu-plugins"), 0o700); err != nil {
		t.Fatal(err)
	}
	wp.write(t, "wp-content/mu-plugins/functions.php", "<?php\n// The theme's own code.\n"+snippet)
	for i := range 2 {
		if got := wp.capsOf(t, recipe.Name); !slices.Equal(got, wants) {
			t.Errorf("on request %s the role is %v", strconv.Itoa(i+1), got)
		}
	}
	wp.run(t, `get_role( 'waybill_integration' )->add_cap( 'manage_options' ); echo 1;`)
	if got := wp.capsOf(t, recipe.Name); !slices.Equal(got, wants) {
		t.Errorf("the snippet leaves a foreign capability: %v", got)
	}
}

// checkNetwork turns the site into a network of two, and uses the plugin for all of it.
func checkNetwork(t *testing.T, wp wordPress, wants []string) {
	if err := os.Remove(filepath.Join(wp.dir, "wp-content", "mu-plugins", "functions.php")); err != nil {
		t.Fatal(err)
	}
	wp.run(t, `remove_role( 'waybill_integration' ); require_once ABSPATH . 'wp-admin/includes/upgrade.php'; foreach ( $GLOBALS['wpdb']->tables( 'ms_global' ) as $k => $v ) { $GLOBALS['wpdb']->$k = $v; }
		install_network(); $e = populate_network( 1, 'shop.example', 'admin@example.test', 'Shops', '/', false ); echo wp_json_encode( is_wp_error( $e ) ? $e->get_error_code() : true );`)
	config, err := os.ReadFile(filepath.Join(wp.dir, "wp-config.php"))
	if err != nil {
		t.Fatal(err)
	}
	wp.write(t, "wp-config.php", strings.Replace(string(config), "$table_prefix", `define( 'MULTISITE', true ); define( 'SUBDOMAIN_INSTALL', false );
define( 'DOMAIN_CURRENT_SITE', 'shop.example' ); define( 'PATH_CURRENT_SITE', '/' ); define( 'SITE_ID_CURRENT_SITE', 1 ); define( 'BLOG_ID_CURRENT_SITE', 1 );
$table_prefix`, 1))
	second := fmt.Sprint(wp.run(t, `echo wp_json_encode( wpmu_create_blog( 'shop.example', '/two/', 'Two', 1 ) );`))
	onSecond := []string{"WP_PATH=/two/"}

	wp.run(t, `echo wp_json_encode( activate_plugin( 'role.php', '', true ) );`)
	caps := `echo wp_json_encode( get_role( 'waybill_integration' ) ? implode( ' ', array_keys( get_role( 'waybill_integration' )->capabilities ) ) : '' );`
	for site, env := range map[string][]string{"first": nil, "second": onSecond} {
		got := strings.Fields(fmt.Sprint(wp.run(t, caps, env...)))
		slices.Sort(got)
		if !slices.Equal(got, wants) {
			t.Errorf("the role of the %s site is %v", site, got)
		}
	}
	if got := wp.run(t, `echo wp_json_encode( Waybill_Integration_Role::create_user( 'waybill-integration', '' ) );`,
		onSecond...); got != "made" {
		t.Errorf("making a user on the second site gives %v", got)
	}
	wp.run(t, `deactivate_plugins( 'role.php', false, true ); echo 1;`)
	for site, env := range map[string][]string{"first": nil, "second": onSecond} {
		if got := wp.run(t, caps, env...); got != "" {
			t.Errorf("deactivation for the network leaves the %s site the role with %v", site, got)
		}
	}
	if got := wp.run(t, rolesOf, onSecond...); fmt.Sprint(got) != "[]" {
		t.Errorf("deactivation for the network leaves the user the roles %v", got)
	}
	wp.run(t, `wp_set_current_user( 1 ); uninstall_plugin( 'role.php' ); echo 1;`)
	left := wp.run(
		t,
		`$all = array(); foreach ( array( 1, `+second+` ) as $id ) { $all[] = get_blog_option( $id, 'waybill_integration_role_made', 'gone' ); } echo wp_json_encode( implode( ' ', $all ) );`,
	)
	if left != "gone gone" {
		t.Errorf("deleting the plugin leaves %v", left)
	}
	if got := wp.run(t, `echo wp_json_encode( (bool) username_exists( 'waybill-integration' ) );`); got != true {
		t.Error("deleting the plugin of one network deletes an account of all its sites")
	}
}
