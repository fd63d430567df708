package main

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
)

// export is one exported directory, by its two names: server and path for those who mount it,
// mountPoint for this process.
type export struct {
	server     string
	path       string
	mountPoint string
}

func (e export) remote(directory string) string { return filepath.Join(e.path, directory) }

func (e export) local(directory string) string { return filepath.Join(e.mountPoint, directory) }

var placeholder = regexp.MustCompile(`\$\{\.PVC\.([^}]*)\}`)

// directoryFor names the directory of a claim, relative to the export. A pattern that comes out
// empty names the export itself: v4.0.2 does so (later versions fall back to the default name), and
// a StorageClass that would do it in production must do it on the sandbox too.
func directoryFor(
	claim *corev1.PersistentVolumeClaim,
	volumeName string,
	class *storagev1.StorageClass,
) string {
	pattern, given := class.Parameters["pathPattern"]
	if !given {
		return strings.Join([]string{claim.Namespace, claim.Name, volumeName}, "-")
	}
	return placeholder.ReplaceAllStringFunc(pattern, func(found string) string {
		return claimField(claim, placeholder.FindStringSubmatch(found)[1])
	})
}

// claimField is empty for what the claim does not have.
func claimField(claim *corev1.PersistentVolumeClaim, field string) string {
	switch kind, key, _ := strings.Cut(field, "."); {
	case field == "name":
		return claim.Name
	case field == "namespace":
		return claim.Namespace
	case kind == "labels":
		return claim.Labels[key]
	case kind == "annotations":
		return claim.Annotations[key]
	default:
		return ""
	}
}

type disposal int

const (
	archive disposal = iota
	remove
	retain
)

// disposalOf says what becomes of a directory whose volume is deleted: onDelete decides, then
// archiveOnDelete. An onDelete that is neither "delete" nor "retain" counts as absent, as upstream.
func disposalOf(class *storagev1.StorageClass) (disposal, error) {
	switch class.Parameters["onDelete"] {
	case "delete":
		return remove, nil
	case "retain":
		return retain, nil
	}
	text, given := class.Parameters["archiveOnDelete"]
	if !given {
		return archive, nil
	}
	keep, err := strconv.ParseBool(text)
	if err == nil && !keep {
		return remove, nil
	}
	return archive, err
}
