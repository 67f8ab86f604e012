// Notes are the Markdown below notes/; all else names its own layout.
export default {
  eleventyComputed: {
    layout: (data) => (data.page.inputPath.endsWith(".md") ? "post.njk" : data.layout),
  },
};
