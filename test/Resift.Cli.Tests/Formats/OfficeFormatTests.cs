using Resift.Retrieval;

namespace Resift.Cli.Tests.Formats;

public sealed class OfficeFormatTests
{
    [Fact]
    public async Task Word_HeadingsTablesAndItems_AreReadInOrder()
    {
        byte[] docx = SampleFiles.Docx(
            Paragraph("The manual", "Titel") + Paragraph("Setting up", "berschrift1") + Paragraph("Fetch the archive.") +
            "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>first</w:t><w:tab/><w:t>step</w:t></w:r></w:p>" +
            Paragraph("Networks", "Mine") +
            "<w:tbl><w:tr>" + Cell("port") + Cell("use") + "</w:tr><w:tr>" + Cell("80") + Cell("web") + "</w:tr></w:tbl>" +
            "<w:p><w:r><w:del><w:delText>gone</w:delText></w:del><w:t>kept</w:t></w:r></w:p>");

        var document = await Reading.ReadOneAsync("a.docx", docx);

        Assert.Equal(
            "The manual\n\nSetting up\n\nFetch the archive.\n\n- first step\n\nNetworks\n\nport | use\n80 | web\n\nkept", document.Text);
        Assert.Equal("The manual", document.Metadata[SearchDocument.TitleKey]);
        Assert.Equal(
            [(1, "The manual"), (1, "Setting up"), (2, "Networks")],
            document.Outline!.Blocks.Where(block => block.Level > 0).Select(block => (block.Level, block.Heading)));
        Assert.Equal("Setting up > Networks", Reading.Cut(document, tokens: 7)[^1].Metadata[PassageExtensions.HeadingKey]);
    }

    [Fact]
    public async Task Word_TextBoxWithFallback_IsReadOnce()
    {
        string box = $"<w:txbxContent>{Paragraph("boxed")}</w:txbxContent>";
        byte[] docx = SampleFiles.Docx(
            "<w:p><w:r><w:t>around</w:t></w:r><w:r>" +
            "<mc:AlternateContent xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\">" +
            $"<mc:Choice Requires=\"w\">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>");

        Assert.Equal("boxed\n\naround", (await Reading.ReadOneAsync("a.docx", docx)).Text);
    }

    [Fact]
    public async Task Word_LinkThatIsNoAddress_SpoilsNothing()
    {
        byte[] docx = SampleFiles.Docx(
            Paragraph("text"),
            "<Relationship Id=\"x\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" " +
            "Target=\"mailto:some body@exa mple@x\" TargetMode=\"External\"/>");

        Assert.Equal("text", (await Reading.ReadOneAsync("a.docx", docx)).Text);
    }

    [Fact]
    public async Task PowerPoint_Slides_HaveTitlesAndNumbers()
    {
        byte[] pptx = SampleFiles.Pptx(("Whales", "They sing."), ("Dolphins", "They play and jump."));
        var document = await Reading.ReadOneAsync("a.pptx", pptx);

        Assert.Equal("Whales\n\nThey sing.\n\nDolphins\n\nThey play and jump.", document.Text);
        var passages = Reading.Cut(document, tokens: 8);
        Assert.Equal(["1", "2"], passages.Select(passage => passage.Metadata["slide"]));
        Assert.Equal("Dolphins", passages[1].Metadata[PassageExtensions.HeadingKey]);
    }

    [Fact]
    public async Task Excel_Sheets_AreSectionsOfRows()
    {
        byte[] xlsx = SampleFiles.Xlsx(
            ["name", "since", "Ada &amp; Bob"],
            ("People", "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row>" +
                "<row><c t=\"s\"><v>2</v></c><c s=\"1\"><v>45292</v></c></row>"),
            ("Prices", "<row><c><v>1.5</v></c><c t=\"inlineStr\"><is><t>each</t></is></c><c t=\"b\"><v>1</v></c></row>"));

        var document = await Reading.ReadOneAsync("a.xlsx", xlsx);

        Assert.Equal("People\n\nname | since\nAda & Bob | 2024-01-01\n\nPrices\n\n1.5 | each | TRUE", document.Text);
        Assert.Equal("Prices", Reading.Cut(document, tokens: 9)[^1].Metadata[PassageExtensions.HeadingKey]);
    }

    [Theory]
    [InlineData("yyyy-mm-dd", true)]
    [InlineData("[$-409]h:mm AM/PM", true)]
    [InlineData("0.00", false)]
    [InlineData("\"months\" 0", false)]
    [InlineData("[Red]0.0\\d", false)]
    public void IsDate_Formats_AreToldApart(string format, bool expected) => Assert.Equal(expected, ExcelValues.IsDate(format));

    [Theory]
    [InlineData(new byte[] { 0xD0, 0xCF, 0x11, 0xE0, 0, 0 }, "it is encrypted with a password, or in the binary format of before 2007.")]
    [InlineData(new byte[] { 1, 2, 3 }, "it is no package of Office, which is a ZIP archive.")]
    [InlineData(new byte[] { (byte)'P', (byte)'K', 3, 4 }, "it is damaged: ")]
    public async Task Read_NoPackage_IsRefused(byte[] content, string expected)
    {
        foreach (string name in new[] { "a.docx", "a.pptx", "a.xlsx" })
        {
            var error = await Assert.ThrowsAsync<InvalidDataException>(() => Reading.ReadAsync(name, content));
            Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Read_PackageOfAnotherProgram_IsRefused() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => Reading.ReadAsync("a.docx", SampleFiles.Pptx(("a", "b"))));

    [Fact]
    public async Task Word_DeclaredEntities_AreRefused()
    {
        byte[] docx = SampleFiles.Docx("").ToArray();
        byte[] evil = Replace(docx, "<w:document", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><w:document");
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Reading.ReadAsync("a.docx", evil));
        Assert.Contains("DTD", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Excel_TextSharedBeyondTheBound_IsRefused()
    {
        string rows = string.Concat(Enumerable.Repeat("<row><c t=\"s\"><v>0</v></c></row>", 2_000));
        byte[] xlsx = SampleFiles.Xlsx([new string('x', 50_000)], ("Bomb", rows));
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Reading.ReadAsync("a.xlsx", xlsx));
        Assert.Equal("it has more than 64 million characters of text.", error.Message);
    }

    [Fact]
    public async Task Word_DeepNesting_IsRefused()
    {
        string deep = string.Concat(Enumerable.Repeat("<w:x>", 10_000)) + string.Concat(Enumerable.Repeat("</w:x>", 10_000));
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Reading.ReadAsync("a.docx", SampleFiles.Docx(deep)));
        Assert.StartsWith("there are more than 512 XML elements", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Replace(byte[] zip, string old, string other)
    {
        using var archive = new System.IO.Compression.ZipArchive(new MemoryStream(zip));
        return SampleFiles.Zip([.. archive.Entries.Select(entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return (entry.FullName, System.Text.Encoding.UTF8.GetBytes(reader.ReadToEnd().Replace(old, other, StringComparison.Ordinal)));
        })]);
    }

    private static string Paragraph(string text, string? style = null) =>
        $"<w:p>{(style is null ? "" : $"<w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>")}<w:r><w:t>{text}</w:t></w:r></w:p>";

    private static string Cell(string text) => $"<w:tc>{Paragraph(text)}</w:tc>";
}
