package catalogue

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// downloadsJSON are the files of a downloadable product.
func (s *Store) downloadsJSON(p *Product) rest.List {
	list := rest.List{}
	if !s.isDownloadable(p) {
		return list
	}
	for _, d := range p.Downloads {
		list = append(list, rest.NewObject("id", d.ID, "name", d.Name, "file", d.File))
	}
	return list
}

// setDownloads reads the parameter downloads. It refuses a file that is not allowed. A file that the product had before
// stays, but disabled.
func (c *Clerk) setDownloads(d *productDraft, v rest.Value) *rest.Error {
	var downloads []Download
	for _, element := range rest.Elements(v) {
		given := rest.AsObject(element)
		if !rest.Truthy(given.Value("file")) {
			continue
		}
		file := rest.Text(given.Value("file"))
		download := Download{
			ID: wptext.SanitizeTextField(rest.Text(given.Value("id"))), Name: rest.Text(given.Value("name")),
			File: cleanFileAddress(file),
		}
		if !rest.Truthy(given.Value("id")) {
			download.ID = c.Secrets.UUID()
		}
		if !rest.Truthy(given.Value("name")) {
			download.Name = fileNameOf(file)
		}
		download.Name = wptext.SanitizeTextField(download.Name)
		if at := slices.IndexFunc(downloads, func(o Download) bool { return o.ID == download.ID }); at >= 0 {
			downloads[at] = download
		} else {
			downloads = append(downloads, download)
		}
	}
	var refusal *rest.Error
	kept := downloads[:0]
	for _, download := range downloads {
		at := slices.IndexFunc(d.Downloads, func(o Download) bool { return o.ID == download.ID })
		if err := c.checkDownload(download.File); err != nil {
			if refusal == nil && (at < 0 || d.Downloads[at].File != download.File) {
				refusal = rest.Errorf(400, "product_invalid_download", "%s", err.Error())
			}
			if at < 0 {
				continue
			}
			download.Disabled = true
		}
		kept = append(kept, download)
	}
	if refusal != nil {
		return refusal
	}
	d.Downloads = kept
	return nil
}

// fileNameOf is the last part of an address.
func fileNameOf(address string) string {
	if parsed, err := url.Parse(address); err == nil && parsed.Path != "" {
		return path.Base(parsed.Path)
	}
	return path.Base(address)
}

// cleanFileAddress is WC_Product_Download's set_file.
func cleanFileAddress(file string) string {
	if strings.HasPrefix(file, "///") {
		file = "/" + strings.TrimLeft(file, "/")
	}
	if isWebAddress(file) {
		return wptext.SanitizeURL(file)
	}
	return wptext.SanitizeTextField(file)
}

// isWebAddress tells whether a file is on a web server, this one or another.
func isWebAddress(file string) bool {
	parsed, err := url.Parse(file)
	return err == nil && parsed.Host != "" && (parsed.Scheme == "" || parsed.Scheme == "http" ||
		parsed.Scheme == "https")
}

// checkDownload tells why a file may not be offered. The file has to be below an approved directory, and on this server
// it has to be of a type WordPress knows. A user who manages options approves a new directory by using it.
func (c *Clerk) checkDownload(file string) error {
	own := strings.HasPrefix(file, c.Home()+"/")
	if !isWebAddress(file) {
		// The server of the sandbox has no files of its own.
		return fmt.Errorf("the downloadable file %s cannot be used as it does not exist on the server, or is not "+
			"located within an approved directory", file)
	}
	if extension := strings.ToLower(strings.TrimPrefix(path.Ext(fileNameOf(file)), ".")); own && extension != "" &&
		!uploadTypes[extension] {
		return fmt.Errorf("the downloadable file %s cannot be used as it does not have an allowed file type",
			path.Base(file))
	}
	parents := parentAddresses(file)
	if c.approves(parents) {
		return nil
	}
	if len(parents) > 0 {
		c.addDirectory(parents[0], c.User.Can("manage_options"))
	}
	if c.approves(parents) {
		return nil
	}
	return fmt.Errorf("the downloadable file %s cannot be used as it does not exist on the server, or is not located "+
		"within an approved directory", file)
}

// approves tells whether one of the addresses is an approved directory. The directory of WooCommerce's own uploads
// always is.
func (s *Store) approves(addresses []string) bool {
	return slices.ContainsFunc(addresses, func(address string) bool {
		return core.CollationKey(address) == core.CollationKey(s.Home()+"/wp-content/uploads/woocommerce_uploads/") ||
			slices.ContainsFunc(s.approvedDirectories, func(d approvedDirectory) bool {
				return d.enabled && core.CollationKey(d.address) == core.CollationKey(address)
			})
	})
}

// addDirectory puts a directory on the list. A directory on the list stays as it is: a disabled one is not enabled,
// even when an administrator asks.
func (c *Clerk) addDirectory(address string, enabled bool) {
	if slices.ContainsFunc(c.approvedDirectories,
		func(d approvedDirectory) bool { return core.CollationKey(d.address) == core.CollationKey(address) }) {
		return
	}
	c.approvedDirectories = append(c.approvedDirectories, approvedDirectory{address, enabled})
}

// parentAddresses are the directories that contain a file, the innermost first.
func parentAddresses(file string) []string {
	parsed, err := url.Parse(strings.TrimRight(strings.ReplaceAll(strings.TrimSpace(file), `\`, "/"), "/"))
	if err != nil || parsed.Host == "" {
		return nil
	}
	root := parsed.Scheme + "://" + parsed.Host
	if parsed.Scheme == "" {
		root = "//" + parsed.Host
	}
	var parts []string
	for _, part := range strings.Split(parsed.EscapedPath(), "/") {
		switch {
		case part == "" || part == ".":
		case strings.EqualFold(strings.ReplaceAll(strings.ToLower(part), "%2e", "."), ".."):
			parts = parts[:max(0, len(parts)-1)]
		default:
			parts = append(parts, part)
		}
	}
	var parents []string
	for n := len(parts) - 1; n >= 0; n-- {
		directory := strings.Join(parts[:n], "/")
		if directory != "" {
			directory += "/"
		}
		parents = append(parents, root+"/"+directory)
	}
	return parents
}

// uploadTypes are the kinds of files WordPress lets shop managers upload, by extension.
var uploadTypes = func() map[string]bool {
	types := map[string]bool{}
	for _, extension := range strings.Fields(`jpg jpeg jpe gif png bmp tiff tif webp avif ico heic heif heics heifs asf asx wmv
		wmx wm avi divx flv mov qt mpeg mpg mpe mp4 m4v ogv webm mkv 3gp 3gpp 3g2 3gp2 txt asc c cc h srt csv tsv ics
		rtx css vtt dfxp mp3 m4a m4b aac ra ram wav x-wav ogg oga flac mid midi wma wax mka rtf pdf class tar zip gz gzip rar 7z
		psd xcf doc pot pps ppt wri xla xls xlt xlw mdb mpp docx docm dotx dotm xlsx xlsm xlsb xltx xltm xlam pptx pptm
		ppsx ppsm potx potm ppam sldx sldm onetoc onetoc2 onetmp onepkg oxps xps odt odp ods odg odc odb odf wp wpd
		key numbers pages`) {
		types[extension] = true
	}
	return types
}()
