using System.Text.Json;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Resift.AspNetCore;
using Resift.Retrieval;
using static Microsoft.Playwright.Assertions;

namespace Resift.Browser.Tests;

/// <summary>The playground of a server with the small bundled reranker, in a real browser.</summary>
public sealed class PlaygroundTests : BrowserTests
{
    private const string Hostile = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";

    private static readonly SearchDocument[] _documents =
    [
        new("notes/commit.md", "A commit message says what changed. A commit has an author. Undo the habit of long commits."),
        new("notes/reset.md", "Run git reset --soft HEAD~1 to undo the last commit and keep its changes.")
        {
            Metadata = new Dictionary<string, string> { ["title"] = "Undo a commit", ["lang"] = "en" },
        },
        new("notes/bread.md", $"Bread. {Hostile}"),
    ];

    private WebApplication? _app;

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    public async Task Page_AfterARanking_FitsHasNoErrorAndAsksNobodyElse(ColorScheme colours, int width)
    {
        var page = await OpenAsync(colours, width);

        await RunAsync(page);

        await Expect(page.Locator("#said")).ToHaveTextAsync("8 ranked, 7 moved.");
        await Expect(page.Locator("#after .card").First).ToContainTextAsync("Run git reset --soft HEAD~1");
        await Expect(page.Locator("#after .card").First).ToContainTextAsync("moved up by 5, was 6");
        await Expect(page.Locator("#before .card").First).ToContainTextAsync("The last commit of the day");
        await Expect(page.Locator("#facts")).ToContainTextAsync("probability");
        Assert.Equal(8, await page.Locator("#lines path[d^=M]").CountAsync());
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(Errors);
        string address = new Uri(page.Url).GetLeftPart(UriPartial.Authority);
        Assert.All(Requests, request => Assert.StartsWith(address, request, StringComparison.Ordinal));
        await page.EvaluateAsync("() => Promise.all(document.getAnimations().map(animation => animation.finished))");
        await PictureAsync(page, $"playground-{colours}-{width}");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Page_ForWhoSeesLittleOrUsesNoMouse_BreaksNoRuleOfAccessibility(ColorScheme colours)
    {
        var page = await OpenAsync(colours, 1280, bypassesPolicy: true);
        await RunAsync(page);
        await SetThresholdAsync(page, "0.5");

        var found = await page.RunAxe(new AxeRunOptions
        {
            RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] },
        });

        Assert.Empty(found.Violations.Select(broken => $"{broken.Id}: {broken.Help}, as in {broken.Nodes[0].Html}"));
    }

    [Fact]
    public async Task Policy_OfEveryFile_ForbidsWhatIsInlineAndWhatIsElsewhere()
    {
        var page = await OpenAsync(ColorScheme.Light, 1280);
        string[] files = [.. Requests.Where(request => !request.Contains("/resift/", StringComparison.Ordinal))];

        Assert.True(files.Length >= 7, string.Join(", ", files));
        foreach (string file in files)
        {
            var answer = await page.APIRequest.GetAsync(file);
            Assert.Equal(200, answer.Status);
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", answer.Headers["content-security-policy"],
                StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers["x-content-type-options"]);
            var again = await page.APIRequest.GetAsync(file, new() { Headers = [new("If-None-Match", answer.Headers["etag"])] });
            Assert.Equal(304, again.Status);
        }
    }

    [Fact]
    public async Task Documents_WithMarkup_StayText()
    {
        var page = await OpenAsync(ColorScheme.Light, 1280);

        await page.FillAsync("#query", Hostile);
        await page.FillAsync("#documents", $"{Hostile}\ngood\n{string.Join(' ', Enumerable.Repeat("long", 800))}");
        await RunAsync(page);
        await page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");

        Assert.Equal(1, await page.Locator("#after .text", new() { HasTextString = Hostile }).CountAsync());
        Assert.Equal(0, await page.Locator("#results img, #results script, .code img, .code script").CountAsync());
        Assert.Equal("Resift playground", await page.TitleAsync());
        Assert.DoesNotContain(Requests, request => request.EndsWith("/x", StringComparison.Ordinal));
        await Expect(page.Locator("#after")).ToContainTextAsync("tokens were not read");
        Assert.Empty(Errors);
    }

    [Fact]
    public async Task Threshold_MovedByKeys_DimsWhatIsBelowAndStandsInTheRequest()
    {
        var page = await OpenAsync(ColorScheme.Light, 1280);
        await RunAsync(page);
        await Expect(page.Locator("#threshold-value")).ToHaveTextAsync("off");

        await SetThresholdAsync(page, "0.5");

        int above = (await page.Locator("#after .score").AllTextContentsAsync())
            .Count(score => double.Parse(score, System.Globalization.CultureInfo.InvariantCulture) >= 0.5);
        Assert.InRange(above, 1, 7);
        await Expect(page.Locator("#kept")).ToHaveTextAsync($"Keeps {above} of 8.");
        Assert.Equal(8 - above, await page.Locator("#after .card.out").CountAsync());
        await page.Locator("#threshold").PressAsync("ArrowRight");
        await Expect(page.Locator("#threshold-value")).ToHaveTextAsync("0.51");
        await Expect(page.Locator("#code")).ToContainTextAsync("\"min_score\": 0.51");
        await page.Locator("#threshold").PressAsync("Home");
        await Expect(page.Locator("#code")).Not.ToContainTextAsync("min_score");
        Assert.Equal(0, await page.Locator(".out").CountAsync());
    }

    [Fact]
    public async Task Keyboard_Alone_WritesRanksAndChoosesALanguage()
    {
        var page = await OpenAsync(ColorScheme.Light, 1280);

        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the results", await page.EvaluateAsync<string>("document.activeElement.textContent"));
        await page.FocusAsync("#documents");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("bread\ngit reset takes back a commit");
        await Expect(page.Locator("#documents-help")).ToContainTextAsync("2 documents");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator("#said")).ToHaveTextAsync("2 ranked, 2 moved.");
        await page.FocusAsync("#tab-curl");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("#code")).ToContainTextAsync("new HttpClient()");
        await page.Keyboard.PressAsync("End");
        await Expect(page.Locator("#code")).ToContainTextAsync("await fetch(");
        Assert.Equal("tab-javascript", await page.EvaluateAsync<string>("document.activeElement.id"));
    }

    [Fact]
    public async Task Index_ThatIsSearched_ShowsBothOrdersWithTitles()
    {
        var page = await OpenAsync(ColorScheme.Light, 1280);

        await page.CheckAsync("input[value=index]");
        await page.FillAsync("#query", "how do I undo a commit");
        await RunAsync(page);

        await Expect(page.Locator("#after .card").First).ToContainTextAsync("Undo a commit · notes/reset.md");
        await Expect(page.Locator("#before .card")).ToHaveCountAsync(2);
        await Expect(page.Locator("#code")).ToContainTextAsync("/resift/search");
        await page.FillAsync("#filter", "lang=en");
        await RunAsync(page);
        await Expect(page.Locator("#after .card")).ToHaveCountAsync(1);
        await page.FillAsync("#filter", "lang");
        await page.ClickAsync("#run");
        await Expect(page.Locator("#problem")).ToContainTextAsync("'filter' cannot be read");
        await PictureAsync(page, "playground-index");
    }

    [Fact]
    public async Task Key_OfAServerThatHasOne_IsAskedForAndKeptInThePageOnly()
    {
        var page = await OpenAsync(ColorScheme.Light, 1280, key: "secret");
        await Expect(page.Locator("#problem")).ToHaveTextAsync("This server asks for a key.");

        await page.FillAsync("#key", "wrong");
        await page.PressAsync("#key", "Tab");
        await Expect(page.Locator("#problem")).ToHaveTextAsync("The server does not know this key.");
        await page.FillAsync("#key", "secret");
        await page.PressAsync("#key", "Tab");
        await Expect(page.Locator("#problem")).ToBeHiddenAsync();
        await RunAsync(page);

        await Expect(page.Locator("#code")).ToContainTextAsync("$RESIFT_API_KEY");
        Assert.DoesNotContain("secret", await page.Locator("#code").TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length + sessionStorage.length + document.cookie.length"));
        Assert.DoesNotContain(Requests, request => request.Contains("secret", StringComparison.Ordinal));
        await page.ReloadAsync();
        await Expect(page.Locator("#key")).ToHaveValueAsync("");
    }

    protected override ValueTask CleanUpAsync() => _app?.DisposeAsync() ?? default;

    private static async Task RunAsync(IPage page)
    {
        var answer = page.WaitForResponseAsync(response => response.Request.Method == "POST");
        await page.ClickAsync("#run");
        await answer;
        await Expect(page.Locator("#run")).Not.ToHaveAttributeAsync("aria-busy", "true");
        await Expect(page.Locator("#outcome")).ToBeVisibleAsync();
    }

    private static Task<JsonElement?> SetThresholdAsync(IPage page, string value) => page.Locator("#threshold").EvaluateAsync(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", value);

    private async Task<IPage> OpenAsync(ColorScheme colours, int width, bool bypassesPolicy = false, string? key = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IReranker>(_ => MiniModels.LoadReranker());
        builder.Services.AddRetriever(new Bm25Retriever(_documents));
        builder.Services.Configure<SearchOptions>(options => options.FirstStageWeight = 0);
        builder.Services.AddResiftServer(options =>
        {
            options.AddReranker("resift-mini-v2").AddRetriever("notes");
            if (key is not null)
            {
                options.KeyHashes.Add(ResiftServerOptions.HashKey(key));
            }
        });
        _app = builder.Build();
        _app.MapResift();
        _app.MapResiftPlayground();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var page = await NewPageAsync(colours, width, bypassesPolicy);
        await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.NetworkIdle });
        return page;
    }
}
