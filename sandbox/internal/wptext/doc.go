// Package wptext is WordPress's handling of text: what it strips, trims, escapes and turns into slugs on the way in.
// Results show up in answers of the API, so they follow WordPress 6.8 closely.
//
// It knows nothing of requests or of shops; every function is pure.
//
//	wptext.SanitizeTextField(" <b>Ann</b>  Smith ") // "Ann Smith"
//	wptext.SanitizeTitle("Größe & Maß")             // "grosse-mas"
package wptext
