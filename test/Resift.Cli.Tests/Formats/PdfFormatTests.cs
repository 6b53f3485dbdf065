using System.IO.Compression;
using System.Text;
using Resift.Retrieval;

namespace Resift.Cli.Tests.Formats;

public sealed class PdfFormatTests
{
    [Fact]
    public async Task Read_Pages_AreParagraphsWithTheirNumbers()
    {
        byte[] pdf = SampleFiles.Pdf(
            "Whales of the north", [],
            ["Whales sing in the inter-", "national waters of the north,", "mostly at night.", "", "A second paragraph."],
            ["They rest on page two."]);

        var document = await Reading.ReadOneAsync("a.pdf", pdf);

        Assert.Equal("Whales of the north", document.Metadata[SearchDocument.TitleKey]);
        Assert.Equal(
            "Whales sing in the international waters of the north, mostly at night.\n\nA second paragraph.\n\nThey rest on page two.",
            document.Text);
        var passages = Reading.Cut(document, tokens: 10);
        Assert.Equal("1", passages[0].Metadata["page"]);
        Assert.Equal("2", passages[^1].Metadata["page"]);
        Assert.Equal("1-2", Assert.Single(Reading.Cut(document, tokens: 100)).Metadata["page"]);
    }

    [Theory]
    [InlineData("/First 8 0 R")]
    [InlineData("/Next 8 0 R")]
    [InlineData("/First 9 0 R")]
    [InlineData("", "/Kids[6 0 R]")]
    [InlineData("", "/K#69ds[6 0 R]")]
    [InlineData("", "/Kids[<</Kids[6 0 R]>>]")]
    [InlineData("", "/Kids[6 0 R]", "3 0 R", "N#61mes")]
    [InlineData("", "/Kids[6 0 R]", "3 0 R", "#4Eames")]
    [InlineData("", "/Names[]", "3 0 R 2 0 R")]
    public async Task Read_TreeThatLeadsBackToItself_IsReadWithoutEnd(
        string bookmark, string names = "/Names[]", string pages = "3 0 R", string nameOfNames = "Names")
    {
        const string Text = "BT /F1 12 Tf 20 100 Td (Whales sing) Tj ET";
        string pdf = $"""
            %PDF-1.4
            1 0 obj <</Type/Catalog/Pages 2 0 R/Outlines 5 0 R/{nameOfNames}<</Dests 6 0 R>>>> endobj
            2 0 obj <</Type/Pages/Kids[{pages}]/Count 1>> endobj
            3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1 7 0 R>>>>>> endobj
            4 0 obj <</Length {Text.Length}>> stream
            {Text}
            endstream endobj
            5 0 obj <</Type/Outlines/First 8 0 R/Last 8 0 R/Count 1>> endobj
            6 0 obj <<{names}>> endobj
            7 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj
            8 0 obj <</Title(Whales sing)/Parent 5 0 R/Dest[3 0 R/Fit]{bookmark}>> endobj
            9 0 obj <</Title(Again)/Dest(name)/First 8 0 R>> endobj
            trailer <</Root 1 0 R/Size 10>>
            %%EOF
            """;

        var document = await Reading.ReadOneAsync("a.pdf", Encoding.ASCII.GetBytes(pdf));

        Assert.Equal("Whales sing", document.Text);
    }

    [Fact]
    public async Task Read_Bookmarks_AreHeadingsWhereTheyStandOnTheirPage()
    {
        byte[] pdf = SampleFiles.Pdf(
            null, [("Installing", 2), ("Not to be found", 1)],
            ["The first page says nothing."], ["Installing", "", "Fetch the archive and unpack it."]);

        var document = await Reading.ReadOneAsync("a.pdf", pdf);

        Assert.Equal(["Installing"], document.Outline!.Blocks.Where(block => block.Level > 0).Select(block => block.Heading));
        var passage = Reading.Cut(document, tokens: 8)[^1];
        Assert.Equal(("Installing", "2"), (passage.Metadata[PassageExtensions.HeadingKey], passage.Metadata["page"]));
    }

    [Theory]
    [InlineData("", "it is damaged, or no PDF: ")]
    [InlineData("%PDF-1.7\nnothing", "it is damaged")]
    public async Task Read_NoPdf_IsRefused(string content, string expected)
    {
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Reading.ReadAsync("a.pdf", Encoding.UTF8.GetBytes(content)));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_Encrypted_SaysSo()
    {
        string hash = string.Concat(Enumerable.Repeat("41", 32));
        byte[] pdf = Raw(
            ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>", $"<</Filter/Standard/V 1/R 2/O<{hash}>/U<{hash}>/P -44>>"],
            "/Encrypt 3 0 R/ID[<41><41>]");

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Reading.ReadAsync("a.pdf", pdf));
        Assert.Equal("it is encrypted with a password.", error.Message);
    }

    [Fact]
    public async Task Read_NoText_SaysThatThereArePictures()
    {
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Reading.ReadAsync("a.pdf", SampleFiles.Pdf(null, [], [""])));
        Assert.StartsWith("there is no text on its 1 pages", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_PackedBomb_IsRefusedBeforeItIsUnpacked()
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] blanks = new byte[1024 * 1024];
            blanks.AsSpan().Fill((byte)' ');
            for (int i = 0; i < 200; i++)
            {
                zlib.Write(blanks);
            }
        }

        string stream = Encoding.Latin1.GetString(packed.ToArray());
        byte[] pdf = Raw(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>",
            $"<</Filter/FlateDecode/Length {stream.Length}>>stream\n{stream}\nendstream",
        ]);
        var leftOut = new List<string>();

        await Assert.ThrowsAsync<InvalidDataException>(() => Reading.ReadAsync("a.pdf", pdf, leftOut.Add));

        Assert.Contains("what is packed in it is too large", Assert.Single(leftOut), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("<</A", 100_000)]
    public async Task Read_DeepNesting_IsRefused(string opening, int times)
    {
        byte[] pdf = Raw(["<</Type/Catalog/Pages 2 0 R>>", string.Concat(Enumerable.Repeat(opening, times))]);
        await Assert.ThrowsAsync<InvalidDataException>(() => Reading.ReadAsync("a.pdf", pdf, _ => { }));
    }

    private static byte[] Raw(string[] objects, string trailer = "")
    {
        var pdf = new StringBuilder("%PDF-1.7\n");
        var offsets = new List<int>();
        foreach (var (i, content) in objects.Index())
        {
            offsets.Add(pdf.Length);
            pdf.Append(string.Create(null, $"{i + 1} 0 obj\n{content}\nendobj\n"));
        }

        int table = pdf.Length;
        pdf.Append(string.Create(null, $"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n"));
        offsets.ForEach(offset => pdf.Append(string.Create(null, $"{offset:D10} 00000 n \n")));
        pdf.Append(string.Create(null, $"trailer\n<</Size {objects.Length + 1}/Root 1 0 R{trailer}>>\nstartxref\n{table}\n%%EOF\n"));
        return Encoding.Latin1.GetBytes(pdf.ToString());
    }
}
