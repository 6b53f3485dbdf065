using System.Text;
using Resift.Retrieval;

namespace Resift.Cli.Tests.Formats;

public sealed class TextFormatTests
{
    [Fact]
    public async Task Notebook_Cells_AreMarkdownAndCode()
    {
        var document = await ReadAsync("a.ipynb", """
            {"metadata": {"language_info": {"name": "python"}}, "cells": [
              {"cell_type": "markdown", "source": ["# Whales\n", "\n", "They sing.\n", "```"]},
              {"cell_type": "code", "source": "# no heading\nprint(1)", "outputs": [{"text": "1"}]},
              {"cell_type": "markdown", "source": "## Where\n\nIn the north."}]}
            """);

        Assert.Equal(
            "# Whales\n\nThey sing.\n```\n\n```python\n# no heading\nprint(1)\n```\n\n## Where\n\nIn the north.", document.Text);
        Assert.Equal("Whales", document.Metadata[SearchDocument.TitleKey]);
        Assert.Equal(["Whales", "Where"], document.Outline!.Blocks.Where(block => block.Level > 0).Select(block => block.Heading));
        Assert.Equal("Whales > Where", Reading.Cut(document, tokens: 8)[^1].Metadata[PassageExtensions.HeadingKey]);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{\"cells\": 1}")]
    [InlineData("{\"cells\": [{\"cell_type\": \"\\ud800\", \"source\": \"\\ud800\"}]}")]
    [InlineData("{\"cells\": [{\"cell_type\": \"code\\ud800\", \"source\": \"x\"}]}")]
    [InlineData("{\"cells\": [], \"metadata\": {\"language_info\": {\"name\": \"\\ud800\"}}}")]
    [InlineData("{\"cells\": [1]}")]
    [InlineData("{\"cells\": [{\"source\": [1]}]}")]
    [InlineData("{")]
    public async Task Notebook_SomethingElse_IsRefused(string content) =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync("a.ipynb", content));

    [Theory]
    [InlineData("<a><title>T x</title><p>some <b>bold</b> words</p><p>two</p></a>", "T x\nsome bold words\ntwo", "T x")]
    [InlineData("<r>\n  <i>1</i>\n  <i><![CDATA[<2>]]></i>\n</r>", "1\n<2>", null)]
    [InlineData("<!DOCTYPE r [<!ENTITY e \"x\">]><r a=\"b\">y<!-- z --></r>", "y", null)]
    public async Task Xml_Text_IsInLines(string xml, string expected, string? title)
    {
        var document = await ReadAsync("a.xml", xml);
        Assert.Equal(expected, document.Text);
        Assert.Equal(title, document.Metadata.GetValueOrDefault(SearchDocument.TitleKey));
    }

    [Theory]
    [InlineData("<a>")]
    [InlineData("<!DOCTYPE r [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><r>&e;</r>")]
    [InlineData("no XML")]
    [InlineData("<?xml version=\"1.0e\u0301\"?><")]
    public async Task Xml_SomethingElseOrEntities_IsRefused(string content) =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync("a.xml", content));

    [Fact]
    public async Task Xml_DeepNesting_IsRefused() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync("a.xml", string.Concat(Enumerable.Repeat("<a>", 100_000))));

    [Theory]
    [InlineData("a.cs")]
    [InlineData("a.py")]
    [InlineData("a.sql")]
    [InlineData("a.yaml")]
    public async Task SourceCode_IsTextAsItIs(string name)
    {
        var document = await ReadAsync(name, "# not a heading\nx = 1\n");
        Assert.Equal(("# not a heading\nx = 1\n", null), (document.Text, document.Outline));
    }

    [Fact]
    public async Task Read_TakesTooLong_IsGivenUpByName()
    {
        var parser = new ParserThread(TimeSpan.FromMilliseconds(1));
        using var release = new ManualResetEventSlim();
        int Wait(CancellationToken stop)
        {
            release.Wait(TestContext.Current.CancellationToken);
            return 0;
        }

        for (int i = 0; i < 4; i++)
        {
            var error = await Assert.ThrowsAsync<InvalidDataException>(() => parser.RunAsync(Wait, TestContext.Current.CancellationToken));
            Assert.Equal("reading it takes more than 0.001 s (--file-timeout).", error.Message);
        }

        await Assert.ThrowsAsync<TimeoutException>(() => parser.RunAsync(Wait, TestContext.Current.CancellationToken));
        release.Set();
    }

    private static Task<SourceDocument> ReadAsync(string name, string content) =>
        Reading.ReadOneAsync(name, Encoding.UTF8.GetBytes(content));
}
