package signature_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/feed/signature"
)

// drivers ask the functions of the page: arguments are id, time, signatures and secret, the body is standard input.
var drivers = map[string]struct{ file, run, text string }{
	"go": {"main.go", "go run", `
func main() {
	h := http.Header{}
	h.Set("webhook-id", os.Args[1])
	h.Set("webhook-timestamp", os.Args[2])
	h.Set("webhook-signature", os.Args[3])
	body, _ := io.ReadAll(os.Stdin)
	fmt.Println(signed(h, body, os.Args[4]))
}
`},
	"python": {"main.py", "python3", `
import sys
h = {"webhook-id": sys.argv[1], "webhook-timestamp": sys.argv[2], "webhook-signature": sys.argv[3]}
print(str(signed(h, sys.stdin.buffer.read(), sys.argv[4])).lower())
`},
	"php": {"main.php", "php", `
$h = ['webhook-id' => $argv[1], 'webhook-timestamp' => $argv[2], 'webhook-signature' => $argv[3]];
echo signed($h, stream_get_contents(STDIN), $argv[4]) ? "true\n" : "false\n";
`},
	"js": {"main.js", "node", `
const [id, at, signatures, secret] = process.argv.slice(2);
const h = {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": signatures};
console.log(signed(h, require("fs").readFileSync(0), secret));
`},
}

// TestThePageChecksSignatures runs what docs/subscriptions.md gives to receivers, in each of its languages.
func TestThePageChecksSignatures(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "subscriptions.md"))
	if err != nil {
		t.Fatal(err)
	}
	functions := map[string]string{}
	for _, block := range regexp.MustCompile("(?s)```(go|python|php|js)\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		functions[block[1]] += block[2]
	}
	secret, previous := signature.NewSecret(), signature.NewSecret()
	body := `{"type":"orders.updated","record":{"note":"ä <b> 日本"}}`
	now, old := http.Header{}, http.Header{}
	signature.Set(now, "msg_x_1", time.Now(), []byte(body), previous, secret)
	signature.Set(old, "msg_x_1", time.Now().Add(-time.Hour), []byte(body), secret)
	for language, driver := range drivers {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			command := strings.Fields(driver.run)
			if _, err := exec.LookPath(command[0]); err != nil {
				if os.Getenv("WAYBILL_TEST_ALL") != "" {
					t.Fatal(err)
				}
				t.Skip(err)
			}
			text := functions[language]
			if language == "go" {
				text = strings.Replace(text, "import (", "import (\n\t\"fmt\"\n\t\"io\"\n\t\"os\"", 1)
			}
			file := filepath.Join(t.TempDir(), driver.file)
			if err := os.WriteFile(file, []byte(text+driver.text), 0o600); err != nil {
				t.Fatal(err)
			}
			for name, c := range map[string]struct {
				header       http.Header
				body, secret string
				want         string
			}{
				"signed":          {now, body, secret, "true"},
				"another body":    {now, body + " ", secret, "false"},
				"another secret":  {now, body, signature.NewSecret(), "false"},
				"an hour ago":     {old, body, secret, "false"},
				"without headers": {http.Header{}, body, secret, "false"},
			} {
				cmd := exec.CommandContext(t.Context(), command[0], append(command[1:], file, c.header.Get("webhook-id"),
					c.header.Get("webhook-timestamp"), c.header.Get("webhook-signature"), c.secret)...)
				cmd.Stdin = strings.NewReader(c.body)
				out, err := cmd.CombinedOutput()
				if got := strings.TrimSpace(string(out)); err != nil || got != c.want {
					t.Errorf("%s: %s, %v, want %s", name, got, err, c.want)
				}
			}
		})
	}
}
