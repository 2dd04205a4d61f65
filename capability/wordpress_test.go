package capability

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// wordPress is an installed WordPress with a database of its own, driven through php.
type wordPress struct {
	dir, php string
}

// startWordPress installs the WordPress of Debian's packages (wordpress, mariadb-server, php-mysql), or the one that
// WAYBILL_WORDPRESS names, in a temporary directory. Without them the test is skipped, unless WAYBILL_TEST_ALL is set.
func startWordPress(t *testing.T) wordPress {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a database")
	}
	php := phpInterpreter(t)
	source := os.Getenv("WAYBILL_WORDPRESS")
	if source == "" {
		source = "/usr/share/wordpress"
	}
	database, err := exec.LookPath("mariadbd")
	if err == nil {
		_, err = os.Stat(filepath.Join(source, "wp-includes", "version.php"))
	}
	if err != nil {
		if os.Getenv("WAYBILL_TEST_ALL") != "" {
			t.Fatalf("needs Debian's packages wordpress, mariadb-server and php-mysql, or WAYBILL_WORDPRESS: %v", err)
		}
		t.Skipf("no WordPress to try the PHP on: %v", err)
	}
	// Not t.TempDir: the path of a socket must be short.
	dir, err := os.MkdirTemp("", "role")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	wp := wordPress{dir: dir, php: php}
	wp.copyCore(t, source)
	wp.startDatabase(t, database)
	wp.run(
		t,
		`require_once ABSPATH . 'wp-admin/includes/upgrade.php'; wp_install( 'Shop', 'admin', 'admin@example.test', true, '', 'x' ); echo wp_json_encode( true );`,
		"WP_INSTALLING=1",
	)
	return wp
}

// copyCore copies the files of the root and links the rest, so that the configuration is ours.
func (wp wordPress) copyCore(t *testing.T, source string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(source, "*.php"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if filepath.Base(file) == "wp-config.php" {
			continue
		}
		data, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(filepath.Join(wp.dir, filepath.Base(file)), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{"wp-admin", "wp-includes"} {
		if err := os.Symlink(filepath.Join(source, folder), filepath.Join(wp.dir, folder)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(wp.dir, "wp-content", "plugins"), 0o700); err != nil {
		t.Fatal(err)
	}
	wp.write(t, "wp-config.php", `<?php
define( 'DB_NAME', 'shop' ); define( 'DB_USER', 'root' ); define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:`+filepath.Join(wp.dir, "db.sock")+`' ); define( 'DB_CHARSET', 'utf8mb4' ); define( 'DB_COLLATE', '' );
define( 'DISABLE_WP_CRON', true ); define( 'WP_HTTP_BLOCK_EXTERNAL', true );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $k ) { define( $k . '_KEY', "key of $k" ); define( $k . '_SALT', "salt of $k" ); }
if ( getenv( 'WP_INSTALLING' ) ) { define( 'WP_INSTALLING', true ); }
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
`)
	// Every complaint of PHP about our code ends the run.
	wp.write(t, "run.php", `<?php
$_SERVER += array( 'HTTP_HOST' => 'shop.example', 'REQUEST_URI' => getenv( 'WP_PATH' ) ?: '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REMOTE_ADDR' => '127.0.0.1' );
error_reporting( E_ALL );
set_error_handler( function ( $no, $text, $file, $line ) {
	if ( false !== strpos( $file, 'wp-content' ) || false !== strpos( $file, 'snippet' ) ) {
		fwrite( STDERR, "$text in $file:$line\n" );
		exit( 3 );
	}
	return true;
} );
$code = stream_get_contents( STDIN );
require __DIR__ . '/wp-load.php';
add_filter( 'pre_wp_mail', '__return_true' );
require_once ABSPATH . 'wp-admin/includes/plugin.php';
eval( $code );
`)
}

func (wp wordPress) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(wp.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (wp wordPress) startDatabase(t *testing.T, mariadbd string) {
	t.Helper()
	data := filepath.Join(wp.dir, "db")
	asUser := []string{}
	if os.Geteuid() == 0 {
		asUser = append(asUser, "--user=root")
	}
	install := exec.CommandContext(t.Context(), "mariadb-install-db",
		append([]string{"--no-defaults", "--datadir=" + data,
			"--auth-root-authentication-method=normal", "--skip-test-db"}, asUser...)...)
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("mariadb-install-db: %v\n%s", err, out)
	}
	server := exec.Command(mariadbd, append([]string{"--no-defaults", "--datadir=" + data, "--skip-networking",
		"--innodb-flush-log-at-trx-commit=0",
		"--socket=" + filepath.Join(wp.dir, "db.sock"), "--pid-file=" + filepath.Join(wp.dir, "db.pid")}, asUser...)...)
	log, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ready, ended := make(chan struct{}), make(chan struct{})
	var said bytes.Buffer
	go func() {
		defer close(ended)
		open := true
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if open {
				said.WriteString(lines.Text() + "\n")
			}
			if open && strings.Contains(lines.Text(), "ready for connections") {
				open = false
				close(ready)
			}
		}
	}()
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		<-ended
		_ = server.Wait()
	})
	select {
	case <-ready:
	case <-ended:
		t.Fatalf("the database did not start:\n%s", said.String())
	case <-t.Context().Done():
		t.Fatal("the database did not start in time")
	}
	wp.rawPHP(t, `$db = new mysqli( 'localhost', 'root', '', '', 0, `+quotePHP(filepath.Join(wp.dir,
		"db.sock"))+` ); $db->query( 'create database shop character set utf8mb4' );`)
}

func (wp wordPress) rawPHP(t *testing.T, code string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), wp.php, "-r", code).CombinedOutput(); err != nil {
		t.Fatalf("php: %v\n%s", err, out)
	}
}

// run runs code inside WordPress in a process of its own, and reads the JSON that it prints last.
func (wp wordPress) run(t *testing.T, code string, env ...string) any {
	t.Helper()
	out, errors, err := wp.try(t, code, env...)
	var value any
	if err == nil {
		err = json.Unmarshal([]byte(out), &value)
	}
	if err != nil {
		t.Fatalf("%s\n%v\n%s\n%s", code, err, out, errors)
	}
	return value
}

func (wp wordPress) try(t *testing.T, code string, env ...string) (stdout, stderr string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), wp.php, filepath.Join(wp.dir, "run.php"))
	cmd.Stdin = strings.NewReader(code)
	cmd.Env = append(os.Environ(), env...)
	var out, errors bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errors
	err = cmd.Run()
	return out.String(), errors.String(), err
}

// capsOf are the capabilities that a role has in the database.
func (wp wordPress) capsOf(t *testing.T, role string) []string {
	t.Helper()
	value := wp.run(t, `$r = get_role( `+quotePHP(
		role)+` ); echo wp_json_encode( $r ? array_keys( array_filter( $r->capabilities ) ) : null );`)
	list, ok := value.([]any)
	if !ok {
		return nil
	}
	var caps []string
	for _, name := range list {
		caps = append(caps, fmt.Sprint(name))
	}
	slices.Sort(caps)
	return caps
}
