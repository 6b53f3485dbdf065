using Microsoft.Playwright;
using Resift.Cli;

namespace Resift.Browser.Tests;

/// <summary>Opens the page that shows the OpenAPI document of <c>resift serve</c>.</summary>
public sealed class ReferencePageTests : BrowserTests
{
    private readonly CancellationTokenSource _stop = new();
    private readonly AddressWriter _output = new();
    private Task<int>? _serving;

    protected override async ValueTask CleanUpAsync()
    {
        await _stop.CancelAsync();
        if (_serving is not null)
        {
            await _serving;
        }

        _stop.Dispose();
    }

    [Fact]
    public async Task Page_Opened_ShowsTheOperationsAndAsksNoOtherHost()
    {
        var console = new CliConsole(() => Stream.Null, _output, TextWriter.Null) { Environment = _ => null };
        _serving = ResiftCommand.InvokeAsync(
            ["serve", "--port", "0", "--tier", "light"], console, new LocalModelLoader(_ => null), _stop.Token);
        await Task.WhenAny(_output.Address, _serving);
        var address = new Uri(await _output.Address);
        var page = await NewPageAsync(ColorScheme.Light, width: 1280);

        await page.GotoAsync(new Uri(address, "/reference").ToString());
        // Of the first group, since those further down are rendered when somebody scrolls there.
        await page.GetByText("/openai/v1/models").First.WaitForAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        Assert.Contains(Requests, url => url.EndsWith("/openapi/v1.json", StringComparison.Ordinal));
        Assert.All(Requests, url => Assert.True(
            url.StartsWith("data:", StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal)
                || new Uri(url).Authority == address.Authority, url));
        Assert.Empty(Errors);
        await PictureAsync(page, "reference");
    }

    private sealed class AddressWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Address => _address.Task;

        public override void Flush() => _address.TrySetResult(ToString().Split(' ')[0]);
    }
}
