// Formatting of all that is not Python; ./suite lint passes the XML plugin's path.
module.exports = {
    printWidth: 100,
    tabWidth: 4,
    trailingComma: "es5",
    proseWrap: "preserve",
    xmlWhitespaceSensitivity: "preserve",
    overrides: [
        { files: "*.xml", options: { bracketSameLine: false } },
        { files: ["*.yml", "*.yaml", "*.json", "*.md"], options: { tabWidth: 2 } },
    ],
};
