using System.Security.Cryptography;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Resift.Cli.Tests.Evaluation;

public sealed class HtmlReportTests
{
    private readonly string _html = new HtmlReport(SampleReport.Create()).ToString();
    private readonly IDocument _page;

    public HtmlReportTests() => _page = new HtmlParser().ParseDocument(_html);

    [Fact]
    public void Page_HostileTexts_StayTexts()
    {
        Assert.Single(_page.QuerySelectorAll("script"));
        Assert.Empty(_page.QuerySelectorAll("img, iframe, object, embed, [onerror], [onclick], [style]"));
        Assert.Contains(_page.QuerySelectorAll("h2"), heading => heading.TextContent.StartsWith("<script>", StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', _html);
        Assert.DoesNotContain('\u202E', _html);
    }

    [Fact]
    public void Page_Addresses_LeadNowhereElse()
    {
        var addresses = _page.QuerySelectorAll("[href], [src], [action]")
            .SelectMany(element => new[] { element.GetAttribute("href"), element.GetAttribute("src"), element.GetAttribute("action") });

        Assert.All(addresses.OfType<string>(), address => Assert.True(address == "data:," || address.StartsWith('#'), address));
        Assert.DoesNotContain("url(", _html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", _html, StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_StyleAndScript_AreTheOnesOfThePage()
    {
        string policy = _page.QuerySelector("meta[http-equiv='Content-Security-Policy']")!.GetAttribute("content")!;

        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src '{HashOf("style")}'", policy, StringComparison.Ordinal);
        Assert.Contains($"script-src '{HashOf("script")}'", policy, StringComparison.Ordinal);
    }

    [Fact]
    public void Charts_All_HaveMarksThatAreLabelledAndReachedByTheKeyboard()
    {
        var charts = _page.QuerySelectorAll("svg");

        // Bars, curve and plane of each of three first stages; distribution, thresholds and calibration of each of its three systems.
        Assert.Equal(3 * (3 + (3 * 3)), charts.Length);
        Assert.All(charts, chart =>
        {
            Assert.NotEmpty(chart.GetAttribute("aria-label")!);
            var marks = chart.QuerySelectorAll(".mark");
            Assert.NotEmpty(marks);
            Assert.All(marks, mark =>
            {
                Assert.NotEmpty(mark.GetAttribute("aria-label")!);
                Assert.Equal("0", mark.GetAttribute("tabindex"));
            });
        });
        Assert.DoesNotContain("NaN", _html, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", _html, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_All_AreUniqueAndThoseThatLinksName()
    {
        string[] ids = [.. _page.QuerySelectorAll("[id]").Select(element => element.Id!)];

        Assert.Equal(ids.Distinct(), ids);
        Assert.All(_page.QuerySelectorAll("a"), link => Assert.Contains(link.GetAttribute("href")![1..], ids));
        Assert.All(_page.QuerySelectorAll("input"), box =>
        {
            Assert.Contains(box.GetAttribute("data-table"), ids);
            Assert.Contains(box.GetAttribute("data-said"), ids);
            Assert.Equal("LABEL", box.ParentElement!.TagName);
        });
    }

    [Fact]
    public void Movements_Each_SaysQueryChangeAndDocuments()
    {
        var row = _page.QuerySelector(".movements tbody tr")!;

        Assert.Contains("Do statins lower the risk of a second stroke?", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("+0.700", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("9 → 1, grade 1: d1 Statin therapy", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("2 → 3, not judged", row.TextContent, StringComparison.Ordinal);
    }

    private string HashOf(string tag) =>
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(_page.QuerySelector(tag)!.TextContent)))}";
}
