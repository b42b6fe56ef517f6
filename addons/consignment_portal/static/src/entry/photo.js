/** Longest side of a photo that is sent, in pixels; the server keeps no more. */
const SIDE = 1600;
const QUALITY = 0.85;

/**
 * Return a photo as a smaller JPEG, or null when this browser cannot read it: then the file is sent
 * as it is, and the server says what is wrong with it.
 *
 * @param {File} file
 * @returns {Promise<{blob: Blob, url: string} | null>}
 */
export async function shrinkPhoto(file) {
    try {
        const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
        const factor = Math.min(1, SIDE / Math.max(picture.width, picture.height));
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(picture.width * factor);
        canvas.height = Math.round(picture.height * factor);
        const context = canvas.getContext("2d");
        context.fillStyle = "white";
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(picture, 0, 0, canvas.width, canvas.height);
        picture.close();
        const url = canvas.toDataURL("image/jpeg", QUALITY);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
        return blob && { blob, url };
    } catch {
        return null;
    }
}
