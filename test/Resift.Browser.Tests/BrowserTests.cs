using Microsoft.Playwright;

namespace Resift.Browser.Tests;

/// <summary>
/// Tests in a real browser, the system's Chromium or the one that an environment variable names; it notes what a page complains of and asks
/// for.
/// </summary>
public abstract class BrowserTests : IAsyncLifetime
{
    private const string Variable = "RESIFT_TEST_CHROMIUM";

    private static readonly string[] _usualPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Gets what pages complained of.</summary>
    protected List<string> Errors { get; } = [];

    /// <summary>Gets the addresses that pages asked for.</summary>
    protected List<string> Requests { get; } = [];

    public async ValueTask InitializeAsync()
    {
        string? chromium = Environment.GetEnvironmentVariable(Variable) ?? Array.Find(_usualPlaces, File.Exists);
        Assert.SkipWhen(chromium is null, $"there is no Chromium on this machine, and {Variable} names none");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what the tests of a class began.</summary>
    protected virtual ValueTask CleanUpAsync() => default;

    /// <summary>Opens an empty page.</summary>
    /// <param name="colours">Which colours the page is asked for.</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="bypassesPolicy">Whether scripts of the test's own may run on it, which its policy forbids.</param>
    protected async Task<IPage> NewPageAsync(ColorScheme colours, int width, bool bypassesPolicy = false)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            ColorScheme = colours,
            ViewportSize = new() { Width = width, Height = 800 },
            BypassCSP = bypassesPolicy,
        });
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Errors.Add(message.Text);
            }
        };
        page.PageError += (_, error) => Errors.Add(error);
        page.Request += (_, request) => Requests.Add(request.Url);
        return page;
    }

    /// <summary>Takes a picture of a page, if an environment variable names a folder for it.</summary>
    protected static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("RESIFT_TEST_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }
}
