using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

using Resift.Cli;
using Resift.Cli.Tests.Evaluation;

namespace Resift.Browser.Tests;

/// <summary>Opens a report in a real browser.</summary>
public sealed class ReportTests : BrowserTests
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resift-browser-tests-");

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task Page_InAnyColoursAndWidth_HasNoErrorAsksForNothingAndFits(ColorScheme colours, int width)
    {
        var page = await OpenAsync(colours, width);

        Assert.Empty(Errors);
        Assert.Single(Requests);
        Assert.StartsWith("Does reranking help?", await page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        if (Environment.GetEnvironmentVariable("RESIFT_TEST_SCREENSHOTS") is { Length: > 0 } folder)
        {
            File.Copy(new Uri(page.Url).LocalPath, Path.Combine(folder, "report.html"), overwrite: true);
        }

        await PictureAsync(page, $"report-{colours}-{width}");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Page_ForWhoSeesLittleOrUsesNoMouse_BreaksNoRuleOfAccessibility(ColorScheme colours)
    {
        var page = await OpenAsync(colours, 1280, checksRules: true);

        var found = await page.RunAxe(new AxeRunOptions
        {
            RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] },
        });

        Assert.Empty(found.Violations.Select(broken => $"{broken.Id}: {broken.Help}, as in {broken.Nodes[0].Html}"));
    }

    [Fact]
    public async Task Charts_All_ShowTheirData()
    {
        var page = await OpenAsync(ColorScheme.Light, 1280);

        foreach (var chart in await page.Locator("svg").AllAsync())
        {
            var box = (await chart.BoundingBoxAsync())!;
            Assert.True(box is { Width: > 200, Height: > 100 }, $"a chart has {box.Width} × {box.Height}");
            foreach (var mark in await chart.Locator(".mark").AllAsync())
            {
                var at = (await mark.BoundingBoxAsync())!;
                Assert.InRange(at.X, box.X - 8, box.X + box.Width);
                Assert.InRange(at.Y, box.Y - 8, box.Y + box.Height);
            }
        }
    }

    [Fact]
    public async Task Keyboard_Alone_SearchesAndOpensWhatMoved()
    {
        var page = await OpenAsync(ColorScheme.Light, 1280);
        var rows = page.Locator("#moved0 tbody tr:visible");
        Assert.Equal(3, await rows.CountAsync());

        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the results", await FocusedAsync("textContent"));
        await page.Locator("input[data-table=moved0]").FocusAsync();
        await page.Keyboard.TypeAsync("BONE children");
        Assert.Equal(1, await rows.CountAsync());
        Assert.Equal("1 of 3 queries", await page.Locator("#said0").TextContentAsync());
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("SUMMARY", await FocusedAsync("tagName"));
        await page.Keyboard.PressAsync("Enter");
        Assert.True(await page.Locator("#moved0 tr:visible li").First.IsVisibleAsync());
        await page.Locator("input[data-table=moved0]").FocusAsync();
        await page.Keyboard.PressAsync("Escape");
        Assert.Equal(3, await rows.CountAsync());

        Task<string> FocusedAsync(string property) => page.EvaluateAsync<string>($"document.activeElement.{property}");
    }

    // Rules are checked on one first stage, which has everything that others have.
    private static EvaluationReport Smaller(EvaluationReport report) =>
        report with { Sets = [report.Sets[0] with { Stages = [report.Sets[0].Stages[0]] }] };

    protected override ValueTask CleanUpAsync()
    {
        _folder.Delete(recursive: true);
        return default;
    }

    private async Task<IPage> OpenAsync(ColorScheme colours, int width, bool checksRules = false)
    {
        var report = checksRules ? Smaller(SampleReport.Create()) : SampleReport.Create();
        var page = await NewPageAsync(colours, width, bypassesPolicy: checksRules);
        string path = Path.Combine(_folder.FullName, "report.html");
        await File.WriteAllTextAsync(path, new HtmlReport(report).ToString(), TestContext.Current.CancellationToken);
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        return page;
    }
}
