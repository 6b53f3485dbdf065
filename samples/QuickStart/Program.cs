using Resift;

using var reranker = MiniModels.LoadReranker();
(int Id, string Text)[] notes =
[
    (17, "Git stores its objects in the folder .git, packed by delta compression."),
    (42, "To take back the last commit and keep its changes, run git reset --soft HEAD~1."),
    (58, "A good commit message says why a change was made."),
];
var response = await reranker.RerankAsync("how do I undo a commit", notes, note => note.Text);
foreach (var (note, _, score) in response.Results)
{
    Console.WriteLine($"{score:F4}  {note.Id}  {note.Text}");
}
